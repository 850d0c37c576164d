// Where the bytes are:
//
//   <directory>/
//     00/ … ff/                 256 shards, by the last two digits of the key (random, so evenly filled; the first are its time)
//       0193…c4ff               one file per key: an upload still growing or a blob, which only the metadata store tells apart
//
// Nothing is ever renamed or copied into place: a file gets its one name when its upload begins and keeps it until it is
// deleted. A key is 32 hex digits by its type, so a path made of one can't leave the directory. Other files are left alone.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createDirectoryDurably, syncDirectory } from '@wharden/system'
import type { BlobKey } from '../blob-key.ts'
import { SHARDS, shardOf } from '../shards.ts'

export function shardPath(directory: string, key: BlobKey): string {
  return join(directory, shardOf(key))
}

export function blobPath(directory: string, key: BlobKey): string {
  return join(shardPath(directory, key), key)
}

/** Makes the directory and its shards, durable by name, so that later only files need making. */
export async function makeLayout(directory: string): Promise<void> {
  await createDirectoryDurably(directory)
  const made = await Promise.all(
    SHARDS.map((shard) => mkdir(join(directory, shard), { recursive: true, mode: 0o700 })),
  )
  if (made.some((path) => path !== undefined)) await syncDirectory(directory)
}

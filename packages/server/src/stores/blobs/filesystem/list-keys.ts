import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { blobKeyTime, parseBlobKey, type BlobKey } from '../blob-key.ts'
import { SHARDS } from '../shards.ts'

/** The keys made before `before`, a shard at a time. Files that are not named by a key are not ours. */
export async function* listKeys(directory: string, before: number): AsyncGenerator<readonly BlobKey[]> {
  for (const shard of SHARDS) {
    const names = await readdir(join(directory, shard))
    const keys = names.flatMap((name) => parseBlobKey(name) ?? []).filter((key) => blobKeyTime(key) < before)
    if (keys.length > 0) yield keys
  }
}

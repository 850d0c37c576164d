import { constants } from 'node:fs'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { newBlobKey, type BlobKey } from '../blob-key.ts'
import type { UploadPosition } from '../port.ts'
import { BatchedFile } from './batched-file.ts'
import type { BufferPool } from './buffer-pool.ts'
import { blobPath } from './layout.ts'
import type { LiveUpload, LiveUploads } from '../live-uploads.ts'
import type { Hasher } from '../hashing/hasher.ts'
import { UploadHash } from '../hashing/upload-hash.ts'
import { readThrough } from './read-through.ts'
import type { SpaceGauge } from './space-gauge.ts'
import { isSystemError, orFull } from './system-error.ts'

/** An upload between two requests. */
export type LiveFile = LiveUpload & {
  /** Stands at `position.offset`. */
  readonly hash: UploadHash
  /** Whether the file's name is durable. */
  readonly named: boolean
}

/** What a store shares with its uploads. */
export type UploadPlace = {
  readonly directory: string
  readonly space: SpaceGauge
  readonly buffers: BufferPool
  readonly hasher: Hasher
  readonly live: LiveUploads<LiveFile>
}

/** A file this process made, and so the only one that adds bytes to it. */
export type OwnFile = {
  readonly key: BlobKey
  readonly file: BatchedFile
  /** Whether the file's name is durable. */
  readonly named: boolean
}

const NEW_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

/** Makes the file of a key. Undefined when it exists: then somebody else may be writing to it. */
export async function createOwnFile(
  place: UploadPlace,
  position: UploadPosition,
): Promise<OwnFile | undefined> {
  const { key, algorithm } = position
  try {
    const handle = await orFull(open(blobPath(place.directory, key), NEW_FILE, 0o600))
    const hash = new UploadHash(place.hasher, algorithm)
    return { key, file: new BatchedFile(handle, hash, place, 0), named: false }
  } catch (cause) {
    if (isSystemError(cause, 'EEXIST')) return undefined
    throw cause
  }
}

/**
 * Makes another writer's upload our own: its bytes as far as the position goes, under a new key, so that nothing the
 * other may still write can reach them. They have to be read for the hash anyway.
 * @throws when they are not the bytes the position speaks of
 */
export async function takeOver(
  place: UploadPlace,
  source: FileHandle,
  position: UploadPosition,
): Promise<OwnFile> {
  const own = await createOwnFile(place, { ...position, key: newBlobKey(Date.now()) })
  if (own === undefined) throw new Error('a key that was just made is taken')
  try {
    await readThrough(source, position.offset, (bytes) => own.file.write(bytes))
    await own.file.drain()
    if ((await own.file.hash.digest()) === position.digest) return own
    throw new Error(
      `upload \`${position.key}\` does not begin with the ${position.offset} bytes it was given`,
    )
  } catch (cause) {
    await discardOwnFile(place, own)
    throw cause
  }
}

/** Closes and deletes a file nobody has heard of. Should it stay, the sweep of keys without a row finds it. */
export async function discardOwnFile({ directory }: UploadPlace, { key, file }: OwnFile): Promise<void> {
  await file.close()
  await unlink(blobPath(directory, key)).catch(() => {})
}

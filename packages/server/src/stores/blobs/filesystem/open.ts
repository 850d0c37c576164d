import { stat, unlink } from 'node:fs/promises'
import type { BlobKey } from '../blob-key.ts'
import type { BlobStat, BlobStore } from '../port.ts'
import { createBufferPool } from './buffer-pool.ts'
import { blobPath, makeLayout } from './layout.ts'
import { listKeys } from './list-keys.ts'
import { createHasher } from '../hashing/hasher.ts'
import { createLiveUploads } from '../live-uploads.ts'
import { openUpload } from './open-upload.ts'
import { openRange, readWhole } from './read-blob.ts'
import { startUpload } from '../start-upload.ts'
import { createSmallBlobs } from '../small-blobs.ts'
import type { LiveFile } from './take-over.ts'
import { createSpaceGauge } from './space-gauge.ts'
import { unlessMissing } from './system-error.ts'

export type FilesystemBlobStoreOptions = {
  /** Made, with its parents, if it isn't there. */
  readonly directory: string
  /** Uploads are refused while less is free, in bytes. */
  readonly minimumFreeBytes: number
  /** Memory for blobs up to 64 KiB, in bytes. Default 16 MiB. */
  readonly cacheBytes?: number
}

const MEBIBYTE = 1024 * 1024
const LIVE_UPLOADS = 4096
// 64 downloads or 42 uploads at full speed, 128 MiB; more share the speed of 64 KiB steps.
const BUFFERS = { limit: 128, keep: 16 }

/**
 * Blobs as files. Several processes may share the directory. Closing it ends the thread that hashes what is uploaded.
 * @throws the operating system's error when the directory can't be made
 */
export async function openFilesystemBlobStore(options: FilesystemBlobStoreOptions): Promise<BlobStore> {
  const { directory, minimumFreeBytes, cacheBytes = 16 * MEBIBYTE } = options
  await makeLayout(directory)
  const space = createSpaceGauge(directory, minimumFreeBytes)
  const live = createLiveUploads<LiveFile>(LIVE_UPLOADS, ({ hash }) => hash.close())
  const small = createSmallBlobs(cacheBytes)
  const hasher = createHasher()
  const buffers = createBufferPool(BUFFERS)
  const deleteBlob = async (key: BlobKey): Promise<void> => {
    live.forget(key)
    small.forget(key)
    await unlessMissing(unlink(blobPath(directory, key)))
  }
  return {
    startUpload,
    openUpload: (position) => openUpload({ directory, space, buffers, hasher, live }, position),
    async leave(before, now) {
      if (before.key !== now.key) await deleteBlob(before.key).catch(() => {})
    },
    read: (key, range) => openRange(directory, key, range, buffers),
    readAll: (key, size) => readWhole(directory, key, size, small),
    stat: (key) => statBlob(directory, key),
    delete: deleteBlob,
    keys: (before) => listKeys(directory, before),
    freeSpace: space.measure,
    acceptsUploads: async () => !(await space.isLow()),
    close: hasher.close,
  }
}

async function statBlob(directory: string, key: BlobKey): Promise<BlobStat | undefined> {
  const file = await unlessMissing(stat(blobPath(directory, key)))
  return file === undefined ? undefined : { size: file.size, touchedAt: file.mtimeMs }
}

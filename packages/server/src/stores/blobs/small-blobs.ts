import type { BlobKey } from './blob-key.ts'

/** A blob up to this size is kept in memory once it has been read whole. */
export const SMALL_BLOB_BYTES = 64 * 1024

// What an entry costs beside its bytes: the key, the map's slot, the Buffer. Else a million empty blobs would be free.
const ENTRY_BYTES = 256

export type SmallBlobs = {
  get(key: BlobKey): Uint8Array | undefined
  put(key: BlobKey, bytes: Uint8Array): void
  forget(key: BlobKey): void
}

/** Keeps the least recently used out, within `limit` bytes. Bytes never change under a key, so nothing goes stale. */
export function createSmallBlobs(limit: number): SmallBlobs {
  const blobs = new Map<BlobKey, Uint8Array>()
  let held = 0
  const forget = (key: BlobKey): void => {
    const bytes = blobs.get(key)
    if (bytes === undefined) return
    blobs.delete(key)
    held -= bytes.byteLength + ENTRY_BYTES
  }
  return {
    get(key) {
      const bytes = blobs.get(key)
      if (bytes === undefined) return undefined
      blobs.delete(key)
      blobs.set(key, bytes)
      return bytes
    },
    put(key, bytes) {
      forget(key)
      blobs.set(key, bytes)
      held += bytes.byteLength + ENTRY_BYTES
      for (const oldest of blobs.keys()) {
        if (held <= limit) break
        forget(oldest)
      }
    },
    forget,
  }
}

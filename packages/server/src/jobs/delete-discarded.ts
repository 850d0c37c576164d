import type { BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'

const BATCH = 500

/**
 * Deletes the bytes that were set aside: of uploads cancelled, of blobs that were there already, of blobs collected.
 * Bytes first, then the row that names them: killed in between, the next run finds the row and nothing to delete.
 * @returns how many keys
 */
export async function deleteDiscarded(
  store: Pick<MetadataStore, 'read' | 'single'>,
  blobs: Pick<BlobStore, 'delete'>,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0
  while (!signal.aborted) {
    const keys = await store.read.blobs.discarded(BATCH)
    for (const key of keys) await blobs.delete(key)
    await store.single.blobs.deleteDiscarded(keys)
    deleted += keys.length
    if (keys.length < BATCH) break
  }
  return deleted
}

import type { BlobKey, BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'

const BATCH = 200
const AT_ONCE = 8
const MOST = 20_000

/**
 * Deletes the bytes that were set aside: of uploads cancelled, of blobs that were there already, of blobs collected.
 * Bytes first, then the row that names them: killed in between, the next run finds the row and nothing to delete.
 * @returns how many keys, and whether that was all
 * @throws what the blob store said of a key it could not delete, once the others of its batch are gone
 */
export async function deleteDiscarded(
  store: Pick<MetadataStore, 'read' | 'single'>,
  blobs: Pick<BlobStore, 'delete'>,
  signal: AbortSignal,
): Promise<{ readonly keys: number; readonly complete: boolean }> {
  let deleted = 0
  while (!signal.aborted && deleted < MOST) {
    const keys = await store.read.blobs.discarded(BATCH)
    const failures = await deleteKeys(store, blobs, keys)
    if (failures.length > 0) throw failures[0]
    deleted += keys.length
    if (keys.length < BATCH) return { keys: deleted, complete: true }
  }
  return { keys: deleted, complete: false }
}

async function deleteKeys(
  store: Pick<MetadataStore, 'single'>,
  blobs: Pick<BlobStore, 'delete'>,
  keys: readonly BlobKey[],
): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const some = keys.slice(start, start + AT_ONCE)
    const outcomes = await Promise.allSettled(some.map((key) => blobs.delete(key)))
    failures.push(...outcomes.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : [])))
    await store.single.blobs.deleteDiscarded(
      some.filter((_, index) => outcomes[index]?.status === 'fulfilled'),
    )
  }
  return failures
}

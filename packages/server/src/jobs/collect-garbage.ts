/**
 * Garbage collection of blobs, beside whatever goes on:
 *
 *   pass 1   links that no manifest has needed for a day go; blobs that no repository has linked for a day are marked
 *   pass 2   in a later run: what is still marked is forgotten, then its bytes are deleted
 *
 * So what a repository links at some moment has its bytes for another day at least: a backup may rely on it.
 *
 * Whoever wants a blob again between the two (an upload of it, a mount) takes the mark away. After the second pass a new
 * upload gets a new key, as all do, so deleting the old one can't hurt it. Every step is a transaction of a few rows, right
 * by itself: the process may die after any of them, and another may begin at the first again.
 */
import type { BlobStore } from '../stores/blobs/port.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { CollectionStep } from '../stores/metadata/port/bytes.ts'
import type { CollectionCounts } from '../stores/metadata/port/collection.ts'
import { deleteDiscarded } from './delete-discarded.ts'

/** Rows in a transaction: so few that nobody notices having waited for it. */
const BATCH = 100
/** Rows a run looks at in each step; the rest is the next one's, and other jobs have their turn in between. */
const MOST = 50_000
/** Milliseconds between the passes: whoever found a blob just before it was marked may still begin to read it. */
const PAUSE = 3_600_000

export type CollectOptions = {
  /** Milliseconds for which nothing must have needed a blob. */
  readonly after: number
  readonly batch?: number
  readonly most?: number
}

export async function collectGarbage(
  { store, blobs }: { readonly store: MetadataStore; readonly blobs: Pick<BlobStore, 'delete'> },
  { after, batch = BATCH, most = MOST }: CollectOptions,
  signal: AbortSignal,
): Promise<CollectionCounts> {
  const now = store.now()
  const limit = batch
  const touchedBefore = now - after
  const markedBefore = now - Math.min(after, PAUSE)
  const all = (step: () => Promise<CollectionStep>) => repeat(step, { batch, most, signal })
  const forgotten = await all(() => store.write((tx) => tx.blobs.forgetMarked({ markedBefore, limit })))
  const dropped = await all(() => store.write((tx) => tx.blobs.dropIdleLinks({ touchedBefore, limit })))
  const marked = await all(() => store.write((tx) => tx.blobs.markUnlinked({ touchedBefore, limit })))
  const deleted = await deleteDiscarded(store, blobs, signal)
  return {
    links: dropped.found,
    marked: marked.found,
    blobs: forgotten.found,
    bytes: forgotten.bytes,
    keys: deleted.keys,
    complete: [forgotten, dropped, marked, deleted].every(({ complete }) => complete),
  }
}

type Bound = { readonly batch: number; readonly most: number; readonly signal: AbortSignal }

async function repeat(
  step: () => Promise<CollectionStep>,
  { batch, most, signal }: Bound,
): Promise<{ readonly found: number; readonly bytes: number; readonly complete: boolean }> {
  let [looked, found, bytes] = [0, 0, 0]
  while (!signal.aborted && looked < most) {
    const done = await step()
    looked += done.looked
    found += done.found
    bytes += done.bytes
    if (done.looked < batch) return { found, bytes, complete: true }
  }
  return { found, bytes, complete: false }
}

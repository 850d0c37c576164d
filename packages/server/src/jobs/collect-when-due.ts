import type { MetadataStore } from '../stores/metadata/port.ts'
import type { CollectionCounts, CollectionRun, CollectionWish } from '../stores/metadata/port/collection.ts'
import { SYSTEM } from '../system-actor.ts'

export type CollectionSchedule = {
  readonly everySeconds: number
  /** For a run that nobody asked for. */
  readonly afterSeconds: number
}

const NOTHING_YET: CollectionCounts = { links: 0, marked: 0, blobs: 0, bytes: 0, keys: 0, complete: false }

/**
 * Runs garbage collection if somebody asked for it, or it is time, or the run before didn't come to its end: its process may
 * have died in it. When it last ran is remembered where every leader sees it, so that a new one neither forgets nor repeats.
 * @returns the run, or undefined if none was due, or it was stopped
 */
export async function collectWhenDue(
  store: Pick<MetadataStore, 'read' | 'change' | 'installation' | 'now'>,
  schedule: CollectionSchedule,
  collect: (afterMilliseconds: number) => Promise<CollectionCounts>,
  signal: AbortSignal,
): Promise<CollectionRun | undefined> {
  const { collection } = store.read
  const [last, wish] = await Promise.all([collection.last(), collection.wish()])
  if (wish === undefined && !isDue(last, schedule.everySeconds * 1_000, store.now())) return undefined
  const keep = (run: CollectionRun, fulfilled?: CollectionWish): Promise<void> =>
    store.change(store.installation, SYSTEM, (tx) => tx.collection.keep(run, fulfilled))
  const begun = {
    startedAt: store.now(),
    askedBy: wish?.askedBy ?? null,
    afterSeconds: wish?.afterSeconds ?? schedule.afterSeconds,
  }
  await keep({ ...NOTHING_YET, ...begun, endedAt: null })
  const counts = await collect(begun.afterSeconds * 1_000)
  if (signal.aborted) return undefined
  const run = { ...counts, ...begun, endedAt: store.now() }
  await keep(run, wish)
  return run
}

/** Milliseconds after its begin in which a run that has no end is not begun again: whatever stopped it may not have passed. */
const AGAIN = 60_000

function isDue(last: CollectionRun | undefined, every: number, now: number): boolean {
  if (last === undefined) return true
  // A clock that was set back must not put it off until it has caught up.
  if (last.endedAt === null) return Math.abs(now - last.startedAt) >= Math.min(AGAIN, every)
  return !last.complete || Math.abs(now - last.endedAt) >= every
}

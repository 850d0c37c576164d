import type { BlobKey, BlobStore } from '../stores/blobs/port.ts'
import type { BlobReader } from '../stores/metadata/port/bytes.ts'

const DAY_MILLISECONDS = 86_400_000
const BATCH = 500
const MOST_AT_ONCE = 10_000
const FEW = 1000

export type OrphanSweep = {
  readonly rows: Pick<BlobReader, 'known'>
  readonly blobs: Pick<BlobStore, 'keys' | 'stat' | 'delete'>
}

/**
 * Deletes bytes that no row names and nobody wrote to for a day: what crashes leave between the bytes and the row.
 * @returns how many keys
 * @throws when most keys are unknown: then these are not this database's blobs, and nothing is deleted
 */
export async function sweepOrphans(
  { rows, blobs }: OrphanSweep,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const before = now - DAY_MILLISECONDS
  const { orphans, unknown, known } = await findOrphans({ rows, blobs }, before, signal)
  if (unknown > FEW && unknown > known) {
    throw new Error(
      `${unknown} keys of the blob store are unknown to the database and only ${known} known: ` +
        'nothing was deleted, as this looks like the wrong database or the wrong directory; ' +
        'if it is not, delete what you no longer need by hand',
    )
  }
  let deleted = 0
  for (const batch of batches(orphans)) {
    if (signal.aborted) break
    // Asked again: a key may have moved from its upload to its blob while the first answer was being found.
    const named = await rows.known(batch)
    for (const key of batch) {
      if (named.has(key) || !(await isUntouched(blobs, key, before))) continue
      await blobs.delete(key)
      deleted += 1
    }
  }
  return deleted
}

async function findOrphans(
  { rows, blobs }: OrphanSweep,
  before: number,
  signal: AbortSignal,
): Promise<{ readonly orphans: readonly BlobKey[]; readonly unknown: number; readonly known: number }> {
  const orphans: BlobKey[] = []
  let unknown = 0
  let known = 0
  for await (const keys of blobs.keys(before)) {
    for (const batch of batches(keys)) {
      if (signal.aborted) return { orphans: [], unknown, known }
      const named = await rows.known(batch)
      known += named.size
      unknown += batch.length - named.size
      orphans.push(...batch.filter((key) => !named.has(key)).slice(0, MOST_AT_ONCE - orphans.length))
    }
  }
  return { orphans, unknown, known }
}

/** A key's age is not enough: an upload taken over by another process writes under a key that its row learns of later. */
async function isUntouched(blobs: Pick<BlobStore, 'stat'>, key: BlobKey, before: number): Promise<boolean> {
  const stat = await blobs.stat(key)
  return stat !== undefined && stat.touchedAt < before
}

function* batches(keys: readonly BlobKey[]): Generator<readonly BlobKey[]> {
  for (let start = 0; start < keys.length; start += BATCH) yield keys.slice(start, start + BATCH)
}

import { randomUUID } from 'node:crypto'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { UploadRecord } from '../stores/metadata/port/bytes.ts'

const DAY_MILLISECONDS = 86_400_000
const BATCH = 100
const LEASE_MILLISECONDS = 60_000

/**
 * Ends uploads nobody has touched for a day and nobody is writing to. By lease and age, never because a server starts:
 * another may be in the middle of one. Their bytes are set aside with the row, and deleted by `delete-discarded`.
 * @returns how many were ended
 */
export async function sweepUploads(
  store: Pick<MetadataStore, 'read' | 'single' | 'write'>,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const touchedBefore = now - DAY_MILLISECONDS
  let ended = 0
  while (!signal.aborted) {
    const stale = await store.read.uploads.stale({ touchedBefore, limit: BATCH })
    let progress = 0
    for (const upload of stale) {
      if (signal.aborted) break
      if (await endUpload(store, upload)) progress += 1
    }
    ended += progress
    // What could not be ended is somebody's again; it would come back for ever.
    if (stale.length < BATCH || progress === 0) break
  }
  return ended
}

/** Holds the lease while it makes sure that the upload is still where it was found: its client may have come back. */
async function endUpload(
  store: Pick<MetadataStore, 'single' | 'write'>,
  { id, position }: UploadRecord,
): Promise<boolean> {
  const owner = randomUUID()
  const held = await store.single.uploads.lease(id, owner, LEASE_MILLISECONDS)
  if (held === undefined) return false
  if (held.position.offset === position.offset)
    return store.write((tx) => tx.uploads.cancel(id, { owner, from: position }))
  await store.single.uploads.release(id, owner)
  return false
}

import type { BlobReader, Garbage } from '../port/bytes.ts'
import type { Session } from '../session.ts'

type Counted = { readonly looked: number; readonly blobs: number; readonly bytes: number | null }

/** Counts what the collector would find, by the same columns it goes by, and so at the cost of a run that does nothing. */
export function countGarbage(session: Session): BlobReader['garbage'] {
  return async ({ touchedBefore, limit }) => {
    const counts: readonly Counted[] = [
      ...(await session.hot<Counted>(ONLY_IDLE_LINKS, touchedBefore, touchedBefore, limit)),
      ...(await session.hot<Counted>(UNLINKED, touchedBefore, limit)),
      ...(await session.hot<Counted>(MARKED, limit)),
    ]
    return counts.reduce<Garbage>(
      (sum, { looked, blobs, bytes }) => ({
        blobs: sum.blobs + blobs,
        bytes: sum.bytes + (bytes ?? 0),
        complete: sum.complete && looked < limit,
      }),
      { blobs: 0, bytes: 0, complete: true },
    )
  }
}

const COUNT = `SELECT count(*) AS looked, count(size) AS blobs, CAST(sum(size) AS bigint) AS bytes FROM`

const NEEDED = `EXISTS (SELECT 1 FROM manifest_reference r
  WHERE r.repository_id = l.repository_id AND r.child_digest = l.digest AND r.kind = 'blob')`

/** Linked, but by nothing that keeps it. */
const ONLY_IDLE_LINKS = `${COUNT} (
  SELECT CASE WHEN NOT EXISTS (
      SELECT 1 FROM blob_link l WHERE l.digest = b.digest AND (l.touched_at IS NULL OR l.touched_at >= ? OR ${NEEDED})
    ) THEN b.size END AS size
  FROM (SELECT DISTINCT digest FROM (
    SELECT digest FROM blob_link WHERE touched_at < ? ORDER BY touched_at LIMIT ?
  ) idle) d JOIN blob b ON b.digest = d.digest) found`

const UNLINKED = `${COUNT} (
  SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM blob_link l WHERE l.digest = b.digest) THEN b.size END AS size
  FROM (SELECT digest, size FROM blob WHERE marked_at IS NULL AND touched_at < ? ORDER BY touched_at LIMIT ?) b) found`

const MARKED = `${COUNT} (SELECT size FROM blob WHERE marked_at IS NOT NULL LIMIT ?) found`

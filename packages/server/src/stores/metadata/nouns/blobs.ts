import { sql, type Selectable } from 'kysely'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { BlobReader, BlobRecord, Blobs } from '../port/bytes.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { blobCollection } from './blob-collection.ts'
import { countGarbage } from './garbage.ts'
import { discardKeys } from './left-behind.ts'

type Row = Selectable<Tables['blob']>

const LINKED = `SELECT b.*, l.touched_at AS link_touched_at
  FROM blob_link l JOIN blob b ON b.digest = l.digest WHERE l.repository_id = ? AND l.digest = ?`

export function blobReader(session: Session): BlobReader {
  const { query } = session
  return {
    async find(digest) {
      const [row] = await session.hot<Row>('SELECT * FROM blob WHERE digest = ?', digest)
      return row === undefined ? undefined : blobOf(row)
    },
    async linked(repository, digest) {
      const [row] = await session.hot<Row & { readonly link_touched_at: number | null }>(
        LINKED,
        repository,
        digest,
      )
      return row === undefined
        ? undefined
        : { ...blobOf(row), touchedAt: row.link_touched_at ?? session.now() }
    },
    async linkedFrom(digest, limit) {
      const rows = await session.all(
        query.selectFrom('blob_link').select('repository_id').where('digest', '=', digest).limit(limit),
      )
      return rows.map((row) => row.repository_id)
    },
    async some(limit) {
      const rows = await session.all(query.selectFrom('blob').select('key').limit(limit))
      return rows.map((row) => row.key)
    },
    async known(keys) {
      if (keys.length === 0) return new Set()
      const rows = await session.all(
        query
          .selectFrom('blob')
          .select('key')
          .where('key', 'in', keys)
          .unionAll(query.selectFrom('upload').select('key').where('key', 'in', keys))
          .unionAll(query.selectFrom('discarded_key').select('key').where('key', 'in', keys)),
      )
      return new Set(rows.map((row) => row.key))
    },
    async discarded(limit) {
      const rows = await session.all(
        query.selectFrom('discarded_key').select('key').orderBy('key').limit(limit),
      )
      return rows.map((row) => row.key)
    },
    garbage: countGarbage(session),
  }
}

export function blobs(session: Session): Blobs {
  const { query } = session
  return {
    ...blobReader(session),
    ...blobCollection(session),
    ...blobRefresh(session),

    async publish({ digest, key, size }) {
      const now = session.now()
      const row = await session.first(
        query
          .insertInto('blob')
          .values({ digest, key, size, stored_at: now, touched_at: now, marked_at: null })
          .onConflict((conflict) =>
            conflict.column('digest').doUpdateSet({ touched_at: now, marked_at: null }),
          )
          .returningAll(),
      )
      if (row === undefined) throw new Error('an upsert returned no row')
      if (row.key !== key) await discardKeys(session, [key])
      return blobOf(row)
    },

    async link(repository, digest) {
      const now = session.now()
      // Holds the row, so that it can't be collected before this transaction has linked it.
      const held = await session.run(
        query.updateTable('blob').set({ touched_at: now, marked_at: null }).where('digest', '=', digest),
      )
      if (held === 0) return false
      await session.run(
        query
          .insertInto('blob_link')
          .values({ repository_id: repository, digest, linked_at: now, touched_at: now })
          .onConflict((conflict) =>
            conflict.columns(['repository_id', 'digest']).doUpdateSet({ touched_at: now }),
          ),
      )
      return true
    },

    async unlink(repository, digest) {
      const linked = query
        .selectFrom('blob_link')
        .where('repository_id', '=', repository)
        .where('digest', '=', digest)
      if ((await session.first(linked.select('digest'))) === undefined) return false
      // From now on it may be collected: the 24 hours begin. Held before the link, as whoever links it does.
      await session.run(
        query.updateTable('blob').set({ touched_at: session.now() }).where('digest', '=', digest),
      )
      const gone = await session.run(
        query.deleteFrom('blob_link').where('repository_id', '=', repository).where('digest', '=', digest),
      )
      return gone === 1
    },
  }
}

export function blobRefresh(session: Session): Pick<Blobs, 'refresh' | 'deleteDiscarded'> {
  const { query } = session
  return {
    async refresh(repository, digest) {
      const refreshed = await session.run(
        query
          .updateTable('blob_link')
          .set({ touched_at: touchedUnlessNeeded(session.now()) })
          .where('repository_id', '=', repository)
          .where('digest', '=', digest),
      )
      return refreshed === 1
    },
    async deleteDiscarded(keys: readonly BlobKey[]) {
      if (keys.length > 0) await session.run(query.deleteFrom('discarded_key').where('key', 'in', keys))
    },
  }
}

/** What a manifest needs stays so. */
function touchedUnlessNeeded(now: number) {
  return sql<number | null>`CASE WHEN blob_link.touched_at IS NULL THEN NULL ELSE CAST(${now} AS bigint) END`
}

function blobOf(row: Row): BlobRecord {
  return {
    digest: row.digest,
    key: row.key,
    size: row.size,
    storedAt: row.stored_at,
    markedAt: row.marked_at ?? undefined,
  }
}

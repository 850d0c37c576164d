import { sql, type ExpressionBuilder, type Selectable } from 'kysely'
import { newId } from '../id.ts'
import type { UploadHold, UploadReader, UploadRecord, Uploads } from '../port/bytes.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { discardKeys } from './left-behind.ts'

type Row = Selectable<Tables['upload']>

export function uploadReader(session: Session): UploadReader {
  const { query, databaseNow } = session
  return {
    async find(id) {
      const [row] = await session.hot<Row>('SELECT * FROM upload WHERE id = ?', id)
      return row === undefined ? undefined : uploadOf(row)
    },
    async stale({ touchedBefore, limit }) {
      const rows = await session.all(
        query
          .selectFrom('upload')
          .selectAll()
          .where('touched_at', '<', touchedBefore)
          .where((row) => row.or([row('lease_until', 'is', null), row('lease_until', '<', databaseNow())]))
          .orderBy('touched_at')
          .limit(limit),
      )
      return rows.map(uploadOf)
    },
    async count(repository) {
      const row = await session.first(
        query
          .selectFrom('upload')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('repository_id', '=', repository),
      )
      return row?.n ?? 0
    },
    async countAll() {
      const row = await session.first(
        query.selectFrom('upload').select(({ fn }) => fn.countAll<number>().as('n')),
      )
      return row?.n ?? 0
    },
  }
}

export function uploads(session: Session): Uploads {
  const { query } = session
  return {
    ...uploadReader(session),
    ...uploadSteps(session),
    async finish(id, hold) {
      const ended = query.deleteFrom('upload').where('id', '=', id).where(inHand(session, hold))
      return (await session.run(ended)) === 1
    },
    async cancel(id, hold) {
      const ended = query.deleteFrom('upload').where('id', '=', id)
      const held = hold === undefined ? ended : ended.where(inHand(session, hold))
      const row = await session.first(held.returning('key'))
      if (row === undefined) return false
      await discardKeys(session, [row.key])
      return true
    },
  }
}

/** One statement each. */
export function uploadSteps(session: Session): Pick<Uploads, 'create' | 'advance' | 'lease' | 'release'> {
  const { query, databaseNow } = session
  return {
    async create({ repository, credential, position, lease }) {
      const now = session.now()
      const row = await session.first(
        query
          .insertInto('upload')
          .values({
            id: newId(now),
            repository_id: repository,
            credential_id: credential ?? null,
            key: position.key,
            received: position.offset,
            algorithm: position.algorithm,
            digest: position.digest,
            resume: position.resume,
            lease_owner: lease?.owner ?? null,
            lease_until: lease === undefined ? null : sql<number>`${databaseNow()} + ${lease.milliseconds}`,
            created_at: now,
            touched_at: now,
          })
          .returningAll(),
      )
      if (row === undefined) throw new Error('an insert returned no row')
      return uploadOf(row)
    },

    async advance(id, { owner, from, to }) {
      const advanced = await session.run(
        query
          .updateTable('upload')
          .set({
            key: to.key,
            received: to.offset,
            algorithm: to.algorithm,
            digest: to.digest,
            resume: to.resume,
            touched_at: session.now(),
          })
          .where('id', '=', id)
          .where(inHand(session, { owner, from })),
      )
      return advanced === 1
    },

    async lease(id, owner, milliseconds) {
      const row = await session.first(
        query
          .updateTable('upload')
          .set({
            lease_owner: owner,
            lease_until: sql<number>`${databaseNow()} + ${milliseconds}`,
            touched_at: session.now(),
          })
          .where('id', '=', id)
          .where((row) =>
            row.or([
              row('lease_owner', 'is', null),
              row('lease_owner', '=', owner),
              row('lease_until', '<', databaseNow()),
            ]),
          )
          .returningAll(),
      )
      return row === undefined ? undefined : uploadOf(row)
    },

    async release(id, owner) {
      await session.run(
        query
          .updateTable('upload')
          .set({ lease_owner: null, lease_until: null })
          .where('id', '=', id)
          .where('lease_owner', '=', owner),
      )
    },
  }
}

function inHand({ databaseNow }: Session, { owner, from }: UploadHold) {
  return (row: ExpressionBuilder<Tables, 'upload'>) =>
    row.and([
      row('received', '=', from.offset),
      row('key', '=', from.key),
      // An owner whose lease ran out, but whom nobody replaced, may go on: the position proves that it is alone.
      row.or([
        row('lease_owner', '=', owner),
        row('lease_owner', 'is', null),
        row('lease_until', '<', databaseNow()),
      ]),
    ])
}

function uploadOf(row: Row): UploadRecord {
  const { lease_owner: owner, lease_until: until } = row
  return {
    id: row.id,
    repository: row.repository_id,
    credential: row.credential_id ?? undefined,
    position: {
      key: row.key,
      offset: row.received,
      algorithm: row.algorithm,
      digest: row.digest,
      resume: row.resume,
    },
    lease: owner === null || until === null ? undefined : { owner, until },
    createdAt: row.created_at,
    touchedAt: row.touched_at,
  }
}

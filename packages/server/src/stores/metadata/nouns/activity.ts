import { hash } from 'node:crypto'
import type { Insertable, Selectable } from 'kysely'
import { canonicalJson, parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type { Activity, ActivityReader, ActivityRecord } from '../port/logs.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { pageOf } from './page-of.ts'

type Row = Selectable<Tables['activity']>
type NewRow = Insertable<Tables['activity']>

/** 15 values each: within either database's limit on bound values. */
const ROWS_PER_STATEMENT = 1_000

export function activityReader(session: Session): ActivityReader {
  const { query } = session
  return {
    async list({ last, limit, organization, credential, type, since, until }) {
      let rows = query.selectFrom('activity').selectAll()
      if (organization !== undefined) rows = rows.where('organization_id', '=', organization)
      if (credential !== undefined) rows = rows.where('credential_id', '=', credential)
      if (type !== undefined) rows = rows.where('type', '=', type)
      if (since !== undefined) rows = rows.where('at', '>=', since)
      if (until !== undefined) rows = rows.where('at', '<', until)
      if (last !== undefined) rows = rows.where('id', '<', last)
      return pageOf(await session.all(rows.orderBy('id', 'desc').limit(limit + 1)), limit, (row) => ({
        id: row.id,
        ...activityOf(row),
      }))
    },

    async verify(limit) {
      const batches = await session.all(
        query
          .selectFrom('activity_batch')
          .selectAll()
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit),
      )
      const broken: number[] = []
      for (const batch of batches) {
        const rows = await session.all(
          query.selectFrom('activity').selectAll().where('batch_id', '=', batch.id).orderBy('id'),
        )
        if (batchHash(batch, rows.map(activityOf)) !== batch.hash) broken.push(batch.at)
      }
      return { batches: batches.length, broken }
    },
  }
}

export function activity(session: Session): Activity {
  const { query } = session
  return {
    ...activityReader(session),
    async insertBatch(records, dropped) {
      if (records.length === 0 && dropped === 0) return
      const now = session.now()
      const batch = { id: newId<string>(now), at: now, dropped, row_count: records.length }
      const batchRow = { ...batch, hash: batchHash(batch, records) }
      await session.run(query.insertInto('activity_batch').values(batchRow))
      for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
        const rows = records.slice(start, start + ROWS_PER_STATEMENT).map((record) => rowOf(batch.id, record))
        await session.run(query.insertInto('activity').values(rows))
      }
    },
    deleteBefore: (at, limit) =>
      session.run(
        query
          .deleteFrom('activity_batch')
          .where('id', 'in', (batch) =>
            batch.selectFrom('activity_batch').select('id').where('at', '<', at).orderBy('at').limit(limit),
          ),
      ),
  }
}

type Batch = {
  readonly id: string
  readonly at: number
  readonly dropped: number
  readonly row_count: number
}

function batchHash({ id, at, dropped, row_count }: Batch, records: readonly ActivityRecord[]): string {
  const rows = records.map((record) => {
    const { batch_id: _, ...columns } = rowOf(id, record)
    return { ...columns, detail: record.detail }
  })
  return hash('sha256', canonicalJson({ id, at, dropped, row_count, rows }))
}

function rowOf(batch_id: string, record: ActivityRecord) {
  return {
    batch_id,
    at: record.at,
    type: record.type,
    organization_id: record.organization ?? null,
    credential_id: record.credential ?? null,
    user_id: record.user ?? null,
    repository: record.repository ?? null,
    reference: record.reference ?? null,
    digest: record.digest ?? null,
    bytes: record.bytes ?? null,
    address: record.address ?? null,
    user_agent: record.userAgent ?? null,
    decision: record.decision ?? null,
    detail: JSON.stringify(record.detail),
  } satisfies NewRow
}

function activityOf(row: Row): ActivityRecord {
  return {
    at: row.at,
    type: row.type,
    organization: row.organization_id ?? undefined,
    credential: row.credential_id ?? undefined,
    user: row.user_id ?? undefined,
    repository: row.repository ?? undefined,
    reference: row.reference ?? undefined,
    digest: row.digest ?? undefined,
    bytes: row.bytes ?? undefined,
    address: row.address ?? undefined,
    userAgent: row.user_agent ?? undefined,
    decision: row.decision ?? undefined,
    detail: parseJson(row.detail),
  }
}

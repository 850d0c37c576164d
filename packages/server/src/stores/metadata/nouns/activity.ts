import { hash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { canonicalJson, parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type { Activity, ActivityReader, ActivityRecord } from '../port/logs.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { manyRows, runManyRows } from './many-rows.ts'
import { pageOf } from './page-of.ts'

type Row = Selectable<Tables['activity']>

/** In the order of `valuesOf`, which is the alphabet's. */
const COLUMNS = [
  'address',
  'at',
  'bytes',
  'credential_id',
  'decision',
  'detail',
  'digest',
  'organization_id',
  'reference',
  'repository',
  'type',
  'user_agent',
  'user_id',
] as const

const INSERT = manyRows(
  `(${Array.from({ length: COLUMNS.length + 1 }, () => '?').join(', ')})`,
  (rows) => `INSERT INTO activity (batch_id, ${COLUMNS.join(', ')}) VALUES ${rows}`,
)

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
      const rows = records.map((record) => [batch.id, ...valuesOf(record)])
      await runManyRows(session, INSERT, rows)
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

/** The canonical JSON of the batch with its rows (`canonicalJson`), written down faster: a pull more is a row more. */
function batchHash({ id, at, dropped, row_count }: Batch, records: readonly ActivityRecord[]): string {
  const rows = records.map((record) => {
    const fields = valuesOf(record).map((value, index) => {
      const column = COLUMNS[index] ?? ''
      return `"${column}":${column === 'detail' ? canonicalJson(record.detail) : JSON.stringify(value)}`
    })
    return `{${fields.join(',')}}`
  })
  const rest = `"row_count":${row_count},"rows":[${rows.join(',')}]`
  return hash('sha256', `{"at":${at},"dropped":${dropped},"id":${JSON.stringify(id)},${rest}}`)
}

function valuesOf(record: ActivityRecord): readonly (string | number | null)[] {
  return [
    record.address ?? null,
    record.at,
    record.bytes ?? null,
    record.credential ?? null,
    record.decision ?? null,
    JSON.stringify(record.detail),
    record.digest ?? null,
    record.organization ?? null,
    record.reference ?? null,
    record.repository ?? null,
    record.type,
    record.userAgent ?? null,
    record.user ?? null,
  ]
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

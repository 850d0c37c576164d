import type { Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import type { RefusalReader, RefusalRecord, Refusals } from '../port/logs.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { pageOf } from './page-of.ts'

type Row = Selectable<Tables['refusal']>

/** Nine values each: within either database's limit on bound values. */
const ROWS_PER_STATEMENT = 1_000

export function refusalReader(session: Session): RefusalReader {
  const { query } = session
  return {
    async byId(id) {
      const row = await session.first(query.selectFrom('refusal').selectAll().where('id', '=', id))
      return row === undefined ? undefined : refusalOf(row)
    },
    async list({ last, limit, organization, credential, user }) {
      let rows = query.selectFrom('refusal').selectAll()
      if (organization !== undefined) rows = rows.where('organization_id', '=', organization)
      if (credential !== undefined) rows = rows.where('credential_id', '=', credential)
      if (user !== undefined) rows = rows.where('user_id', '=', user)
      if (last !== undefined) {
        const shown = query.selectFrom('refusal').select('last_at').where('id', '=', last)
        rows = rows.where((row) =>
          row.or([row('last_at', '<', shown), row.and([row('last_at', '=', shown), row('id', '<', last)])]),
        )
      }
      const page = rows
        .orderBy('last_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
      return pageOf(await session.all(page), limit, refusalOf)
    },
  }
}

export function refusals(session: Session): Refusals {
  const { query } = session
  return {
    ...refusalReader(session),
    async upsert(records) {
      const merged = [...mergedById(records).values()]
      for (let start = 0; start < merged.length; start += ROWS_PER_STATEMENT) {
        await upsertRows(session, merged.slice(start, start + ROWS_PER_STATEMENT))
      }
    },
    deleteBefore: (at, limit) =>
      session.run(
        query
          .deleteFrom('refusal')
          .where('id', 'in', (row) =>
            row.selectFrom('refusal').select('id').where('last_at', '<', at).orderBy('last_at').limit(limit),
          ),
      ),
  }
}

async function upsertRows(session: Session, records: readonly RefusalRecord[]): Promise<void> {
  await session.run(
    session.query
      .insertInto('refusal')
      .values(records.map(rowOf))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          count: row('refusal.count', '+', row.ref('excluded.count')),
          last_at: row
            .case()
            .when('excluded.last_at', '>', row.ref('refusal.last_at'))
            .then(row.ref('excluded.last_at'))
            .else(row.ref('refusal.last_at'))
            .end(),
        })),
      ),
  )
}

/** One statement can't touch a row twice; in the order of ids two nodes don't wait for one another in a circle. */
function mergedById(records: readonly RefusalRecord[]): ReadonlyMap<string, RefusalRecord> {
  const merged = new Map<string, RefusalRecord>()
  for (const record of records.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const known = merged.get(record.id)
    merged.set(record.id, known === undefined ? record : merge(known, record))
  }
  return merged
}

function merge(one: RefusalRecord, other: RefusalRecord): RefusalRecord {
  return {
    ...one,
    firstAt: Math.min(one.firstAt, other.firstAt),
    lastAt: Math.max(one.lastAt, other.lastAt),
    count: one.count + other.count,
  }
}

function rowOf(record: RefusalRecord): Row {
  return {
    id: record.id,
    organization_id: record.organization ?? null,
    credential_id: record.credential ?? null,
    user_id: record.user ?? null,
    first_at: record.firstAt,
    last_at: record.lastAt,
    count: record.count,
    question: JSON.stringify(record.question),
    decision: JSON.stringify(record.decision),
  }
}

function refusalOf(row: Row): RefusalRecord {
  return {
    id: row.id,
    organization: row.organization_id ?? undefined,
    credential: row.credential_id ?? undefined,
    user: row.user_id ?? undefined,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
    question: parseJson(row.question),
    decision: parseJson(row.decision),
  }
}

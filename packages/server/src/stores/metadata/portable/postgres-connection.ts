import pg from 'pg'
import { clientConfig } from '../postgres/client-config.ts'
import { numberPlaceholders } from '../postgres/placeholders.ts'
import { storeErrorOf } from '../postgres/postgres-error.ts'
import { BATCH_ROWS, type PortableConnection } from './connection.ts'
import type { Row, Value } from './row-line.ts'

/** Any number that nobody else is likely to use: held while a database is filled. */
const LOCK = 7_734_520

const OTHERS = `SELECT count(*) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'wharden' AND pid <> pg_backend_pid()`

/** Batches are fetched by number. A manifest may have 4 MiB, and a thousand of them no room. */
const HEAVY = { table: 'manifest', rows: 16 }

export async function openPostgresConnection(url: string): Promise<PortableConnection> {
  const client = new pg.Client({
    ...clientConfig(url),
    // Not a server's: servers are told by their name. And reading everything takes as long as it takes.
    application_name: 'wharden-copy',
    statement_timeout: 0,
    query_timeout: 0,
  })
  // Its end is also the end of every call: told there.
  client.on('error', () => undefined)
  await asStoreError(() => client.connect())

  // A connection does one thing after the other, whoever asks.
  let last: Promise<unknown> = Promise.resolve()
  async function query(sql: string, parameters: readonly Value[] = []): Promise<readonly Row[]> {
    const query = { text: numberPlaceholders(sql), values: [...parameters], rowMode: 'array' as const }
    const asked = last.then(() => asStoreError(() => client.query<Value[]>(query)))
    last = asked.catch(() => {})
    return (await asked).rows
  }

  async function* stream(sql: string): AsyncGenerator<readonly Row[]> {
    await query(`DECLARE everything NO SCROLL CURSOR FOR ${sql}`)
    const count = sql.includes(`FROM ${HEAVY.table} `) ? HEAVY.rows : BATCH_ROWS
    for (;;) {
      const rows = await query(`FETCH ${count} FROM everything`)
      if (rows.length > 0) yield rows
      if (rows.length < count) break
    }
    await query('CLOSE everything')
  }

  return {
    type: 'postgres',
    tables: async () =>
      (await query('SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()')).map(first),
    columns: async (table) =>
      (
        await query(
          'SELECT column_name::text COLLATE "C" AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY name',
          [table],
        )
      ).map(first),
    query,
    stream,
    async insert(table, columns, rows) {
      const names = columns.join(', ')
      const records = rows.map((row) => recordOf(columns, row))
      await query(
        `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM json_populate_recordset(NULL::${table}, ?::json)`,
        [JSON.stringify(records)],
      )
    },
    async begin(kind) {
      await query(kind === 'snapshot' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN')
    },
    commit: async () => void (await query('COMMIT')),
    rollback: async () => void (await query('ROLLBACK')),
    async afterInserts(table) {
      // Until the next round of autovacuum it would plan for an empty table.
      await query(`ANALYZE ${table}`)
      const numbered = await query(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? AND is_identity = 'YES'",
        [table],
      )
      for (const column of numbered.map(first))
        await query(
          `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), max(${column})) FROM ${table} HAVING max(${column}) IS NOT NULL`,
        )
    },
    async others() {
      const [alone] = await query('SELECT pg_try_advisory_lock(?)::int', [LOCK])
      if (alone?.[0] === 0) return 'another restore or move'
      const servers = Number((await query(OTHERS))[0]?.[0])
      return servers === 0 ? undefined : `running servers (${servers} connections)`
    },
    close: () => client.end(),
  }
}

function first([value]: Row): string {
  return String(value)
}

/** https://www.postgresql.org/docs/current/datatype-binary.html#DATATYPE-BINARY-BYTEA-HEX-FORMAT */
function recordOf(columns: readonly string[], row: Row): Record<string, string | number | null> {
  return Object.fromEntries(
    columns.map((column, index) => {
      const value = row[index] ?? null
      return [column, value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value]
    }),
  )
}

async function asStoreError<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    throw storeErrorOf(cause)
  }
}

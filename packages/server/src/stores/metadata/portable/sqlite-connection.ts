import { access } from 'node:fs/promises'
import { openConnection } from '../sqlite/connection.ts'
import { failureOf, storeErrorOf } from '../sqlite/sqlite-error.ts'
import { StoreError } from '../store-error.ts'
import { BATCH_ROWS, BATCH_WEIGHT, weightOf, type PortableConnection } from './connection.ts'
import type { Row, Value } from './row-line.ts'

/** Reading is possible beside the server that owns the file (write-ahead log): https://sqlite.org/wal.html#concurrency */
export async function openSqliteConnection(
  file: string,
  mode: 'read' | 'write',
): Promise<PortableConnection> {
  if (mode === 'read') await access(file).catch(() => explainMissing(file))
  const { database } = openConnection(file, mode)
  // A million rows touch every page of their indexes again and again.
  if (mode === 'write') database.exec('PRAGMA cache_size = -65536')

  function rowsOf(sql: string, parameters: readonly Value[] = []): Row[] {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    // As arrays: what `setReturnArrays` does, and its type doesn't say.
    return statement.all(...parameters) as unknown as Row[]
  }

  async function* stream(sql: string): AsyncGenerator<readonly Row[]> {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    let batch: Row[] = []
    let weight = 0
    for (const row of statement.iterate() as unknown as Iterable<Row>) {
      batch.push(row)
      weight += weightOf(row)
      if (batch.length < BATCH_ROWS && weight < BATCH_WEIGHT) continue
      yield batch
      batch = []
      weight = 0
    }
    if (batch.length > 0) yield batch
  }

  const sync =
    <Arguments extends readonly unknown[], Result>(act: (...given: Arguments) => Result) =>
    async (...given: Arguments): Promise<Result> => {
      try {
        return act(...given)
      } catch (cause) {
        throw storeErrorOf(failureOf(cause))
      }
    }

  return {
    type: 'sqlite',
    tables: sync(() =>
      rowsOf("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").map(first),
    ),
    columns: sync((table) =>
      rowsOf('SELECT name FROM pragma_table_info(?) ORDER BY name', [table]).map(first),
    ),
    query: sync(rowsOf),
    stream,
    insert: sync((table, columns, rows) => {
      const places = columns.map(() => '?').join(', ')
      const statement = database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`)
      for (const row of rows) statement.run(...row)
    }),
    begin: sync((kind) => {
      database.exec(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN')
      // A transaction sees the moment of its first look.
      if (kind === 'snapshot') rowsOf('SELECT count(*) FROM sqlite_schema')
    }),
    commit: sync(() => database.exec('COMMIT')),
    rollback: sync(() => {
      if (database.isTransaction) database.exec('ROLLBACK')
    }),
    // AUTOINCREMENT remembers the highest by itself.
    afterInserts: async () => {},
    // There is a lock for that: of the data directory.
    others: async () => undefined,
    close: sync(() => {
      if (database.isOpen) database.close()
    }),
  }
}

function first([value]: Row): string {
  return String(value)
}

function explainMissing(file: string): never {
  throw new StoreError(
    'unavailable',
    `there is no database at \`${file}\`: set WHARDEN_DATA or WHARDEN_DATABASE_URL to what the server uses`,
  )
}

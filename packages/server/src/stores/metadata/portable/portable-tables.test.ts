import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../../test/postgres.ts'
import { migrateMetadataStore, type MetadataLocation } from '../open.ts'
import { openConnection, type PortableConnection } from './connection.ts'
import { KNOWN_TABLES, PORTABLE_TABLES } from './portable-tables.ts'
import { formatRow, parseRow, type Row, type Value } from './row-line.ts'
import { openSnapshot } from './snapshot.ts'
import { digestTable } from './table-digest.ts'

let postgres: TestPostgres | undefined
let directory: string

beforeAll(async () => {
  postgres = await startPostgres()
  directory = await mkdtemp(join(tmpdir(), 'wharden-portable-'))
})
afterAll(async () => {
  await postgres?.stop()
  await rm(directory, { recursive: true, force: true })
})

let count = 0
async function emptyDatabase(type: MetadataLocation['type']): Promise<MetadataLocation> {
  count += 1
  const location: MetadataLocation =
    type === 'sqlite'
      ? { type, file: join(directory, `${count}.db`) }
      : { type, url: (await postgres?.createDatabase()) ?? '' }
  await migrateMetadataStore(location, { type: 'apply' })
  return location
}

const TYPES = ['sqlite', 'postgres'] as const

describe.each(TYPES)('the tables of %s', (type) => {
  beforeEach((context) => {
    if (type === 'postgres' && postgres === undefined) context.skip('PostgreSQL is not installed')
  })

  test('each is known: carried, or left behind for a reason', async () => {
    const connection = await openConnection(await emptyDatabase(type), 'write')
    expect(new Set(await connection.tables())).toEqual(KNOWN_TABLES)
    await connection.close()
  })

  test('each is read in the order of its primary key, and loaded after what it refers to', async () => {
    const connection = await openConnection(await emptyDatabase(type), 'write')
    const order = [...PORTABLE_TABLES.keys()]
    for (const [table, { order: key }] of PORTABLE_TABLES) {
      expect([table, await primaryKey(connection, table)]).toEqual([table, key])
      for (const referred of await references(connection, table))
        expect(order.indexOf(referred), `${table} → ${referred}`).toBeLessThan(order.indexOf(table))
    }
    await connection.close()
  })
})

test('rows of every table come through both databases as they were, in the same order', async (context) => {
  if (postgres === undefined) return context.skip('PostgreSQL is not installed')
  const there = await unguarded('sqlite')
  const between = await unguarded('postgres')
  const back = await unguarded('sqlite')
  for (const [table, { order }] of PORTABLE_TABLES) {
    const columns = await columnsOf(between, table)
    const names = columns.map(({ name }) => name).toSorted()
    expect(await there.columns(table)).toEqual(names)
    expect(await between.columns(table)).toEqual(names)
    await fc.assert(
      fc.asyncProperty(rowsFor(columns, order, table), async (rows) => {
        for (const connection of [there, between, back]) await connection.query(`DELETE FROM ${table}`)
        await there.insert(table, names, rows)
        const read = await readAll(there, table, names, order)
        expect(read.toSorted()).toEqual(rows.map(formatRow).toSorted())
        await between.insert(
          table,
          names,
          read.map((line) => parsed(line, names.length)),
        )
        expect(await readAll(between, table, names, order)).toEqual(read)
        await back.insert(table, names, await readRows(between, table, names, order))
        expect(await readAll(back, table, names, order)).toEqual(read)
      }),
      { numRuns: 15 },
    )
  }
  for (const connection of [there, between, back]) await connection.close()
}, 120_000)

test('a new database is told from another, and is the same on either engine but for its age', async (context) => {
  if (postgres === undefined) return context.skip('PostgreSQL is not installed')
  const snapshots = await Promise.all(TYPES.map(async (type) => openSnapshot(await emptyDatabase(type))))
  const [one, other] = snapshots
  if (one === undefined || other === undefined) throw new Error('two were opened')
  expect(one.schema).toEqual(other.schema)
  expect(one.tables).toEqual(other.tables)
  expect(one.installation).toMatch(/^[0-9a-f]{32}$/)
  expect(one.installation).not.toBe(other.installation)
  const digests = snapshots.map((snapshot) =>
    digestTable(snapshot.tables.get('account_name') ?? [], snapshot.rows('account_name')),
  )
  const [first, second] = await Promise.all(digests)
  expect(first).toEqual(second)
  await Promise.all(snapshots.map((snapshot) => snapshot.close()))
})

test('a number that JSON would round is refused, never altered', () => {
  expect(() => formatRow([2 ** 53])).toThrow('can be carried exactly')
  expect(parseRow('[1.5]', 1)).toBeUndefined()
  expect(parseRow('["a"]', 2)).toBeUndefined()
  expect(parseRow('["a"', 1)).toBeUndefined()
})

/** A database that watches no foreign key, so that rows can be anything their columns take. */
async function unguarded(type: MetadataLocation['type']): Promise<PortableConnection> {
  const connection = await openConnection(await emptyDatabase(type), 'write')
  await connection.query(
    type === 'sqlite' ? 'PRAGMA foreign_keys = OFF' : 'SET session_replication_role = replica',
  )
  return connection
}

type Column = { readonly name: string; readonly type: string; readonly empty: boolean }

async function columnsOf(connection: PortableConnection, table: string): Promise<readonly Column[]> {
  const rows = await connection.query(
    'SELECT column_name::text, data_type::text, (is_nullable = ?)::int FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY column_name',
    ['YES', table],
  )
  return rows.map(([name, type, empty]) => ({ name: String(name), type: String(type), empty: empty === 1 }))
}

const TEXTS = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', '\\x00', "'", '"', '{"a":"\\u0000"}', '\\', 'ﬀ', '💥', '\u{10ffff}', '\ufffd'),
)

function valuesFor({ type }: Column): fc.Arbitrary<Value> {
  switch (type) {
    case 'smallint':
      return fc.integer({ min: 0, max: 1 })
    case 'integer':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    case 'bigint':
      return fc.maxSafeInteger()
    case 'bytea':
      return fc.uint8Array({ maxLength: 40 })
    case 'text':
      // PostgreSQL has no NUL in texts, and we write none.
      return TEXTS.map((text) => text.replaceAll('\0', '').toWellFormed())
    default:
      throw new Error(`a column of type \`${type}\` is new: say here what it may hold`)
  }
}

/** Exactly one of these is given, by a CHECK. */
const EITHER: Readonly<Record<string, readonly [string, string]>> = {
  account_name: ['organization_id', 'user_id'],
  permission_rule: ['credential_id', 'scope_map_id'],
  invite: ['email', 'user_id'],
}

/** Columns that are alone in being unique get values of their own. */
function rowsFor(columns: readonly Column[], key: readonly string[], table: string): fc.Arbitrary<Row[]> {
  const sorted = columns.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const row = fc.tuple(
    fc.boolean(),
    ...sorted.map((column) => (column.empty ? fc.option(valuesFor(column), { freq: 3 }) : valuesFor(column))),
  )
  return fc.array(row, { maxLength: 12 }).map((rows) => {
    const made = rows.map(([first, ...values], index) =>
      sorted.map(({ name, type }, place) => {
        const value = values[place] ?? null
        const either = EITHER[table]?.indexOf(name) ?? -1
        if (either !== -1) return (either === 0) === first ? `${String(value)}-${index}` : null
        return type === 'text' && value !== null && isUnique(table, name, key)
          ? `${String(value)}-${index}`
          : value
      }),
    )
    const seen = new Set<string>()
    return made.filter((values) => {
      const id = JSON.stringify(key.map((name) => values[sorted.findIndex((column) => column.name === name)]))
      return !seen.has(id) && seen.add(id)
    })
  })
}

function isUnique(table: string, name: string, key: readonly string[]): boolean {
  const also = ['name', 'full_name', 'credential_id', 'label']
  return (key.length === 1 && key[0] === name) || also.includes(name) || (table === 'blob' && name === 'key')
}

function parsed(line: string, width: number): Row {
  const row = parseRow(line, width)
  if (row === undefined) throw new Error(`a line that was formatted can't be read: ${line}`)
  return row
}

async function readRows(
  connection: PortableConnection,
  table: string,
  columns: readonly string[],
  order: readonly string[],
): Promise<readonly Row[]> {
  await connection.begin('snapshot')
  const rows: Row[] = []
  const sql = `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order.join(', ')}`
  for await (const batch of connection.stream(sql)) rows.push(...batch)
  await connection.commit()
  return rows
}

async function readAll(...asked: Parameters<typeof readRows>): Promise<readonly string[]> {
  return (await readRows(...asked)).map(formatRow)
}

async function primaryKey(connection: PortableConnection, table: string): Promise<readonly string[]> {
  const sql =
    connection.type === 'sqlite'
      ? 'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk'
      : `SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
         WHERE i.indisprimary AND i.indrelid = ?::regclass ORDER BY k.place`
  return (await connection.query(sql, [table])).map(([name]) => String(name))
}

async function references(connection: PortableConnection, table: string): Promise<readonly string[]> {
  const sql =
    connection.type === 'sqlite'
      ? 'SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)'
      : "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid = ?::regclass"
  return (await connection.query(sql, [table])).map(([name]) => String(name))
}

/** Which versions may run beside which, and that a migration is done or not. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../test/postgres.ts'
import {
  contracts,
  pendingMigrations,
  readMigrations,
  type Migration,
  type MigrationPurpose,
  type MigrationReport,
} from './migration-plan.ts'
import { openMetadataStore, type MetadataLocation } from './open.ts'
import { openConnection } from './portable/connection.ts'
import { migratePostgres } from './postgres/migrate.ts'
import { migrateSqlite } from './sqlite/migrate.ts'

let directory: string
let postgres: TestPostgres | undefined
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-migrations-'))
  postgres = await startPostgres()
})
afterAll(async () => {
  await postgres?.stop()
  await rm(directory, { recursive: true, force: true })
})

const later = (name: string, sql = 'SELECT 1'): Migration => ({ name, sql, checksum: name })
const START: MigrationPurpose = { type: 'start' }

async function newLocation(type: MetadataLocation['type']): Promise<MetadataLocation> {
  return type === 'sqlite'
    ? { type, file: join(await mkdtemp(join(directory, 'data-')), 'wharden.db') }
    : { type, url: (await postgres?.createDatabase()) ?? '' }
}

/** A version that has these after what it is born with. */
async function migrateAs(
  location: MetadataLocation,
  more: readonly Migration[],
  purpose = START,
): Promise<MigrationReport> {
  const known = [...(await readMigrations(location.type)), ...more]
  return location.type === 'sqlite'
    ? migrateSqlite(location.file, Date.now, purpose, known)
    : migratePostgres(location.url, purpose, known)
}

async function namesApplied(location: MetadataLocation): Promise<readonly string[]> {
  const connection = await openConnection(location, 'read')
  const rows = await connection.query('SELECT name FROM migration ORDER BY name')
  await connection.close()
  return rows.map(([name]) => String(name))
}

describe('the migrations', () => {
  test('have the same names for both databases, in numbered order', async () => {
    const [sqlite, postgresql] = await Promise.all([readMigrations('sqlite'), readMigrations('postgres')])
    const names = sqlite.map(({ name }) => name)
    expect(postgresql.map(({ name }) => name)).toEqual(names)
    names.forEach((name, index) => expect(name.startsWith(String(index + 1).padStart(4, '0'))).toBe(true))
  })

  test.each(['sqlite', 'postgres'] as const)(
    'of %s take nothing away that an older version uses, unless their name says so',
    async (type) => {
      for (const migration of (await readMigrations(type)).slice(1)) {
        if (contracts(migration)) continue
        expect([migration.name, takesAway(migration.sql)]).toEqual([migration.name, undefined])
      }
    },
  )

  test.each([
    ['ALTER TABLE tag DROP COLUMN name', 'DROP COLUMN'],
    ['drop table tag', 'drop table'],
    ['ALTER TABLE tag RENAME TO label', 'RENAME'],
    ['ALTER TABLE tag ADD COLUMN a bigint NOT NULL', 'ADD COLUMN a bigint NOT NULL'],
    ['ALTER TABLE tag ALTER COLUMN a SET NOT NULL', 'SET NOT NULL'],
    ['ALTER TABLE tag ALTER COLUMN a TYPE bigint', 'ALTER COLUMN a TYPE'],
    ['ALTER TABLE tag ADD CONSTRAINT c CHECK (a > 0)', 'ADD CONSTRAINT'],
    ['CREATE UNIQUE INDEX a ON tag (b)', 'CREATE UNIQUE INDEX a ON tag'],
    ['ALTER TABLE tag ADD COLUMN a bigint NOT NULL DEFAULT 0', undefined],
    [
      'ALTER TABLE tag ADD COLUMN a text; CREATE INDEX b ON tag (a); -- DROP TABLE is what we never do',
      undefined,
    ],
    ['CREATE TABLE fresh (id text NOT NULL); CREATE UNIQUE INDEX b ON fresh (id)', undefined],
  ])('%s', (sql, found) => {
    expect(takesAway(sql)).toBe(found)
  })
})

describe.each(['sqlite', 'postgres'] as const)('a version on the %s of another', (type) => {
  beforeEach((context) => {
    if (type === 'postgres' && postgres === undefined) context.skip('PostgreSQL is not installed')
  })

  test('newer: brings it up to date at its start, as long as that only expands it', async () => {
    const location = await newLocation(type)
    await (await openMetadataStore(location)).close()
    expect(await migrateAs(location, [later('9001-more')])).toEqual({ applied: ['9001-more'], pending: [] })
    expect(await migrateAs(location, [later('9001-more')])).toEqual({ applied: [], pending: [] })
  })

  test('older: starts on what was only expanded, changes nothing, and refuses what was contracted', async () => {
    const location = await newLocation(type)
    await (await openMetadataStore(location)).close()
    await migrateAs(location, [later('9001-more')])
    const older = await openMetadataStore(location)
    await older.ping()
    await older.close()
    expect(await migrateAs(location, [later('9001-more')])).toEqual({ applied: [], pending: [] })
    await migrateAs(location, [later('9001-more'), later('9002-less.contract')], { type: 'apply' })
    await expect(openMetadataStore(location)).rejects.toMatchObject({
      code: 'migration',
      message:
        "the database's schema is not this version's: migration `9002-less.contract` was applied to it and is not known here; it is a newer version's: run the version of Wharden that made it, or a newer one",
    })
  })

  test('knows nothing of another that went its own way', () => {
    const known = [later('0001-a'), later('0002-b')]
    expect(() => pendingMigrations(known, [later('0001-a'), later('0002-c')])).toThrow('`0002-b` is expected')
    expect(() => pendingMigrations(known, [], '0003-c')).toThrow('is not known here')
    expect(pendingMigrations(known, [], '0001-a').map(({ name }) => name)).toEqual(['0001-a'])
  })

  test('killed in the middle of a migration leaves all of it or nothing, and the next start does it', async () => {
    const location = await newLocation(type)
    await (await openMetadataStore(location)).close()
    const slow = later(
      '9001-slow',
      type === 'sqlite'
        ? `CREATE TABLE half (a INTEGER); INSERT INTO half
           WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i FROM n`
        : 'CREATE TABLE half (a bigint); SELECT pg_sleep(600)',
    )
    await killWhileMigrating(location, slow)
    expect(await namesApplied(location)).not.toContain('9001-slow')
    const connection = await openConnection(location, 'read')
    expect(await connection.tables()).not.toContain('half')
    await connection.close()
    const quick = { ...slow, sql: 'CREATE TABLE half (a integer)' }
    expect((await migrateAs(location, [quick])).applied).toEqual(['9001-slow'])
  })
})

test('a server of several does not contract the schema by itself; nor is it asked to while one runs', async (context) => {
  if (postgres === undefined) return context.skip('PostgreSQL is not installed')
  const location = await newLocation('postgres')
  const running = await openMetadataStore(location)
  const less = [later('9001-less.contract')]
  const what = 'migration `9001-less.contract` takes away what servers of older versions need'
  await expect(migrateAs(location, less)).rejects.toThrow(
    `${what}; stop all servers, run \`wharden migrate\`, then start the new version`,
  )
  await running.ping()
  await expect(migrateAs(location, less, { type: 'apply' })).rejects.toThrow(
    `${what}; stop them first: the database is in use by running servers`,
  )
  expect(await migrateAs(location, less, { type: 'check' })).toEqual({
    applied: [],
    pending: ['9001-less.contract'],
  })
  await running.close()
  await expect
    .poll(() => migrateAs(location, less, { type: 'apply' }).then(({ applied }) => applied, String), {
      timeout: 5_000,
    })
    .toEqual(['9001-less.contract'])
})

/** What of a migration an older server would stumble over; comments aside. */
function takesAway(sql: string): string | undefined {
  const plain = sql.replaceAll(/--.*$/gm, '')
  const made = [...plain.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gi)].map(([, table]) => table)
  const statement = plain
    .split(';')
    .map((one) => one.trim().replaceAll(/\s+/g, ' '))
    .find(
      (one) =>
        TAKES.test(one) && !made.some((table) => new RegExp(`\\b(TABLE|ON) ${table}\\b`, 'i').test(one)),
    )
  return statement && TAKES.exec(statement)?.[0]
}

const TAKES =
  /\bDROP (TABLE|COLUMN|DEFAULT|VIEW)\b|\bRENAME\b|\bADD (COLUMN )?\w+ [^,]*NOT NULL(?!.*DEFAULT)|\bSET NOT NULL\b|\bALTER COLUMN \w+ (SET DATA )?TYPE\b|\bADD CONSTRAINT\b|\bCREATE UNIQUE INDEX \w+ ON \w+/i

/** In a process of its own, which dies as soon as the migration is seen to be under way. */
async function killWhileMigrating(location: MetadataLocation, migration: Migration): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      new URL('../../../test/migrate-with.ts', import.meta.url).pathname,
      JSON.stringify({ location, migration }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  if (location.type === 'postgres') await sleeping(location.url)
  child.kill('SIGKILL')
  await exit
  if (location.type === 'postgres') await noneSleeping(location.url)
}

async function sleeping(url: string): Promise<void> {
  while ((await sleepers(url)) === 0) await pause(20)
}

/** The server finds out by itself that its client is gone, but not in the middle of a sleep. */
async function noneSleeping(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
  )
  await client.end()
  while ((await sleepers(url)) > 0) await pause(20)
}

async function sleepers(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()",
  )
  await client.end()
  return rows.length
}

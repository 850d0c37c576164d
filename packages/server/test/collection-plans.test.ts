/** The collector's statements, exactly as they are sent, asked how they would be run: by an index, never through a whole table. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openMetadataStore } from '../src/stores/metadata/open.ts'
import { blobs } from '../src/stores/metadata/nouns/blobs.ts'
import { LINKED } from '../src/stores/metadata/nouns/blob-collection.ts'
import { numberPlaceholders } from '../src/stores/metadata/postgres/placeholders.ts'
import { postgresDialect } from '../src/stores/metadata/postgres/dialect.ts'
import { createSession, type Executor, type Session } from '../src/stores/metadata/session.ts'
import { sqliteDialect } from '../src/stores/metadata/sqlite/dialect.ts'
import { populate } from './collection/populate.ts'
import { startPostgres } from './postgres.ts'

const NOW = Date.UTC(2026, 10, 21)
const MANY = { blobs: 20_000, garbage: 20, idleSince: 1, linkedSince: LINKED }
const BIG = /\b(blob|blob_link|manifest_reference)\b/

/** Every statement of a run that finds something in each of its steps, and of one that counts. */
async function collect(session: Session): Promise<void> {
  const noun = blobs(session)
  const idle = { touchedBefore: NOW - 1, limit: 10 }
  expect(await noun.garbage(idle)).toMatchObject({ blobs: 10, complete: false })
  expect(await noun.dropIdleLinks(idle)).toMatchObject({ found: 10 })
  expect(await noun.markUnlinked({ ...idle, touchedBefore: NOW + 1 })).toMatchObject({ found: 10 })
  expect(await noun.forgetMarked({ markedBefore: NOW + 1, limit: 10 })).toMatchObject({ found: 10 })
  expect(await noun.discarded(10)).toHaveLength(10)
}

test('on SQLite', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-plans-'))
  const file = join(directory, 'wharden.db')
  await openMetadataStore({ type: 'sqlite', file }).then((store) => store.close())
  const database = new DatabaseSync(file)
  try {
    for (const statement of populate('sqlite', MANY)) database.exec(statement)
    const scans: string[] = []
    const execute: Executor = async (sql, parameters) => {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters)
      const lines = plan.map(({ detail }) => String(detail))
      const whole = lines.filter((line) => /^SCAN \w+$/.test(line) && BIG.test(line))
      scans.push(...whole.map((line) => `${line}: ${sql}`))
      const statement = database.prepare(sql)
      if (statement.columns().length === 0)
        return { rows: [], changes: Number(statement.run(...parameters).changes) }
      const rows = statement.all(...parameters)
      return { rows, changes: rows.length }
    }
    await collect(
      createSession(
        sqliteDialect(() => NOW),
        execute,
        () => NOW,
      ),
    )
    expect(scans).toEqual([])
  } finally {
    database.close()
    await rm(directory, { recursive: true })
  }
})

test('on PostgreSQL', { timeout: 60_000 }, async (context) => {
  const postgres = await startPostgres()
  if (postgres === undefined) return context.skip('PostgreSQL is not installed')
  try {
    const url = await postgres.createDatabase()
    await openMetadataStore({ type: 'postgres', url }).then((store) => store.close())
    const client = new pg.Client({ connectionString: url })
    client.setTypeParser(pg.types.builtins.INT8, Number)
    await client.connect()
    for (const statement of populate('postgres', MANY)) await client.query(statement)
    const scans: string[] = []
    const execute: Executor = async (sql, parameters) => {
      const { rows: plan } = await client.query({ text: `EXPLAIN ${sql}`, values: [...parameters] })
      const lines = plan.map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN'])
      scans.push(
        ...lines
          .filter((line) => line.includes('Seq Scan on') && BIG.test(line))
          .map((line) => `${line}: ${sql}`),
      )
      const { rows, rowCount } = await client.query({ text: sql, values: [...parameters] })
      return { rows, changes: rowCount ?? 0 }
    }
    const dialect = postgresDialect()
    expect(dialect.placeholders).toBe(numberPlaceholders)
    await collect(createSession(dialect, execute, () => NOW))
    expect(scans).toEqual([])
    await client.end()
  } finally {
    await postgres.stop()
  }
})

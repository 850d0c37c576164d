import pg from 'pg'
import {
  pendingMigrations,
  readMigrations,
  type AppliedMigration,
  type Migration,
  type MigrationReport,
} from '../migration-plan.ts'
import { StoreError } from '../store-error.ts'
import { clientConfig } from './client-config.ts'
import { storeErrorOf } from './postgres-error.ts'

/** Any number that nobody else is likely to use: servers that start together migrate one after another. */
const LOCK = 7_734_519

const HISTORY = `CREATE TABLE IF NOT EXISTS migration (
  name text COLLATE "C" PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`

export async function migratePostgres(url: string, check: boolean): Promise<MigrationReport> {
  const known = await readMigrations('postgres')
  // A migration takes as long as it takes.
  const client = new pg.Client({ ...clientConfig(url), statement_timeout: 0, query_timeout: 0 })
  // Its end is also the end of every call: told there.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    return await migrate(client, known, check)
  } catch (cause) {
    throw storeErrorOf(cause)
  } finally {
    await client.end()
  }
}

async function migrate(
  client: pg.Client,
  known: readonly Migration[],
  check: boolean,
): Promise<MigrationReport> {
  await requireUtf8(client)
  if (!check) await client.query(HISTORY)
  const pending = pendingMigrations(known, await appliedTo(client))
  const names = pending.map(({ name }) => name)
  if (check) return { applied: [], pending: names }
  for (const migration of pending) await apply(client, migration)
  return { applied: names, pending: [] }
}

async function appliedTo(client: pg.Client): Promise<readonly AppliedMigration[]> {
  const exists = await client.query<{ known: string | null }>("SELECT to_regclass('migration') AS known")
  if (exists.rows[0]?.known == null) return []
  return (await client.query<AppliedMigration>('SELECT name, checksum FROM migration ORDER BY name')).rows
}

async function apply(client: pg.Client, { name, checksum, sql }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [name, checksum])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK')
    throw cause
  }
}

async function requireUtf8(client: pg.Client): Promise<void> {
  const encoding = (await client.query<{ server_encoding: string }>('SHOW server_encoding')).rows[0]
    ?.server_encoding
  if (encoding !== 'UTF8')
    throw new StoreError(
      'migration',
      `the database's encoding is \`${encoding}\`: create it with ENCODING UTF8`,
    )
}

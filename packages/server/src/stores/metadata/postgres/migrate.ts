import pg from 'pg'
import {
  FIND_MARK,
  pendingMigrations,
  requireFinished,
  requireNobodyOlder,
  type AppliedMigration,
  type Migration,
  type MigrationPurpose,
  type MigrationReport,
} from '../migration-plan.ts'
import { StoreError } from '../store-error.ts'
import { clientConfig } from './client-config.ts'
import { storeErrorOf } from './postgres-error.ts'

/** Any number that nobody else is likely to use: servers that start together migrate one after another. */
const LOCK = 7_734_519

const HISTORY = `CREATE TABLE IF NOT EXISTS migration (
  name text COLLATE "C" PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`

/** Not a server's: servers are told by theirs. */
const APPLICATION = 'wharden-migrate'

const SERVERS = `SELECT count(*)::int AS servers FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'wharden'`

/** Servers that start together do so one after another. */
export async function migratePostgres(
  url: string,
  purpose: MigrationPurpose,
  known: readonly Migration[],
): Promise<MigrationReport> {
  const config = { ...clientConfig(url), application_name: APPLICATION }
  // A migration takes as long as it takes.
  const client = new pg.Client({ ...config, statement_timeout: 0, query_timeout: 0 })
  // Its end is also the end of every call: told there.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    return await migrate(client, known, purpose)
  } catch (cause) {
    throw storeErrorOf(cause)
  } finally {
    await client.end()
  }
}

async function migrate(
  client: pg.Client,
  known: readonly Migration[],
  purpose: MigrationPurpose,
): Promise<MigrationReport> {
  await requireUtf8(client)
  if (purpose.type !== 'check') await client.query(HISTORY)
  const applied = await appliedTo(client)
  if (applied.length > 0) requireFinished((await client.query(FIND_MARK)).rows[0], purpose)
  const pending = pendingMigrations(known, applied, purpose.type === 'fill' ? purpose.until : undefined)
  const names = pending.map(({ name }) => name)
  if (purpose.type === 'check') return { applied: [], pending: names }
  // On an empty database there is nobody.
  if (applied.length > 0) requireNobodyOlder(pending, purpose, await servers(client))
  for (const migration of pending) await apply(client, migration)
  return { applied: names, pending: [] }
}

async function appliedTo(client: pg.Client): Promise<readonly AppliedMigration[]> {
  const exists = await client.query<{ known: string | null }>("SELECT to_regclass('migration') AS known")
  if (exists.rows[0]?.known == null) return []
  return (await client.query<AppliedMigration>('SELECT name, checksum FROM migration ORDER BY name')).rows
}

async function servers(client: pg.Client): Promise<string | undefined> {
  const count = (await client.query<{ servers: number }>(SERVERS)).rows[0]?.servers ?? 0
  return count === 0 ? undefined : `running servers (${count} connections)`
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

import { readMigrations } from '../migration-plan.ts'
import type { MetadataLocation, OpenContext } from '../open.ts'
import type { Driver } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { postgresDialect } from './dialect.ts'
import { openFeed } from './feed.ts'
import { CHANNEL } from './feed-line.ts'
import { migratePostgres } from './migrate.ts'
import { openPool } from './pool.ts'
import { storeErrorOf } from './postgres-error.ts'

type PostgresLocation = Extract<MetadataLocation, { type: 'postgres' }>

const CONNECTIONS = 10

/** Many nodes may do this at once. */
export async function openPostgres(
  { url, connections = CONNECTIONS }: PostgresLocation,
  context: OpenContext,
): Promise<Driver> {
  const purpose = { type: context.migrate === 'check' ? 'check' : 'start' } as const
  const { pending } = await migratePostgres(url, purpose, await readMigrations('postgres'))
  if (pending.length > 0) throw notMigrated(pending)
  const retried = (cause: unknown) => context.log('info', 'a transaction is run again', cause)
  const pool = openPool({ url, connections, patience: context.patience, retried })
  const notify = () => pool.single(`NOTIFY ${CHANNEL}`, [], false)
  const feed = await openFeed({ url, notify, reconnected: pool.renew }, context).catch(
    async (cause: unknown) => {
      await pool.close()
      throw storeErrorOf(cause)
    },
  )
  return {
    dialect: postgresDialect(),
    read: pool.read,
    single: pool.single,
    transaction: pool.transaction,
    feed,
    clockAhead: feed.clockAhead,
    connections: pool.connections,
    async ping() {
      await pool.read('SELECT 1', [], false)
    },
    async close() {
      await feed.close()
      await pool.close()
    },
  }
}

function notMigrated(pending: readonly string[]): StoreError {
  const names = pending.map((name) => `\`${name}\``).join(', ')
  return new StoreError('migration', `the database lacks ${names}: run \`wharden migrate\``)
}

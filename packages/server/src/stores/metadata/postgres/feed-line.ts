import pg from 'pg'
import { clientConfig } from './client-config.ts'
import type { SharedClock } from './shared-clock.ts'

/** A reading that takes longer is no connection; milliseconds. */
export const READ_LIMIT = 3_000
export const CHANNEL = 'wharden_change'

/** The connection that the feed listens and reads on. */
export type FeedLine = {
  readonly client: pg.Client
  /** What is visible in it was heard of. */
  snapshot: string
  readonly connectedAt: number
}

/** What the feed asks for each time. */
export type Now = {
  /** A `pg_snapshot` as text. */
  readonly snapshot: string
  /** Milliseconds since 1970. */
  readonly clock: number
}

const NOW_COLUMNS =
  'pg_current_snapshot()::text AS snapshot, (extract(epoch from clock_timestamp()) * 1000)::bigint AS clock'
const NOW = `SELECT ${NOW_COLUMNS}`

/**
 * With the changes that a snapshot didn't show. One statement, so one snapshot: what it doesn't show either the next one will.
 */
export const READ = `SELECT ${NOW_COLUMNS}, c.id, c.tenant_id, c.version, c.topics
  FROM (VALUES (1)) AS one(row) LEFT JOIN change c
    ON c.xid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(c.xid, $1::pg_snapshot)
  ORDER BY c.xid, c.id`

/** @param hasten called when somebody notifies, and when the connection ends: reading finds out, and mends it */
export async function connectLine(url: string, clock: SharedClock, hasten: () => void): Promise<FeedLine> {
  const client = new pg.Client({
    ...clientConfig(url),
    query_timeout: READ_LIMIT,
    statement_timeout: READ_LIMIT,
  })
  client.on('error', hasten)
  client.on('notification', hasten)
  try {
    await client.connect()
    await client.query(`LISTEN ${CHANNEL}`)
    const connectedAt = performance.now()
    const measured = clock.measure()
    const [row] = (await client.query<Now>(NOW)).rows
    if (row === undefined) throw new Error('PostgreSQL gave no snapshot')
    measured(row.clock)
    return { client, snapshot: row.snapshot, connectedAt }
  } catch (cause) {
    // Not awaited: over a dead network a farewell takes for ever.
    client.end().catch(() => undefined)
    throw cause
  }
}

/**
 * How this node hears of the others' changes: it reads the `change` table every second, and at once when somebody notifies. Rows
 * are read from the oldest transaction that was still running at the last reading, for a slow one commits rows that are older than
 * what was already seen; those seen before are skipped. One connection does it all: while it is gone nothing is confirmed,
 * and when it is back everything is forgotten, for whatever it is connected to now may not be what it was.
 */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { CHANGES_KEPT } from '../administer.ts'
import { parseJson } from '../canonical-json.ts'
import { createListeners } from '../listeners.ts'
import type { OpenContext } from '../open.ts'
import type { Tenant } from '../port.ts'
import type { Change, Topic } from '../port/changes.ts'
import type { Driver } from '../store.ts'
import { clientConfig } from './client-config.ts'

export type PostgresFeed = Driver['feed'] & { readonly close: () => Promise<void> }

type Row = {
  /** No transaction below it can commit any more. */
  readonly floor: string
  readonly id: string | null
  readonly tenant_id: Tenant | null
  readonly version: number | null
  readonly topics: string | null
}

const POLL_INTERVAL = 1_000
/** A reading that takes longer is no connection; milliseconds. */
const READ_LIMIT = 3_000
const LONGEST_PAUSE = 1_000
export const CHANNEL = 'wharden_change'

const FLOOR = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS floor'
// One statement, so one snapshot: what it doesn't show is at or above the floor it gives.
const READ = `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS floor, c.id, c.tenant_id, c.version, c.topics
  FROM (VALUES (1)) AS one(row) LEFT JOIN change c ON c.xid >= $1::xid8 ORDER BY c.xid, c.id`

/** @param notify wakes the other nodes; that they find out by themselves, only later, is what makes its failing harmless */
export async function openFeed(
  url: string,
  { log }: OpenContext,
  notify: () => Promise<unknown>,
): Promise<PostgresFeed> {
  const listeners = createListeners((cause) => log('error', 'a listener of changes failed', cause))
  /** Told here already, because it was done here; until a reading shows it. */
  const own = new Set<string>()
  let seen: ReadonlySet<string> = new Set()
  let line = await connect(url, hasten)
  let confirmedAt = line.connectedAt
  let closed = false
  let reading: Promise<void> | undefined
  let readAgain = false
  let notifying = false
  let notifyAgain = false
  let timer = setTimeout(hasten, POLL_INTERVAL)

  function hasten(): void {
    if (closed) return
    if (reading !== undefined) {
      readAgain = true
      return
    }
    clearTimeout(timer)
    readAgain = false
    reading = read().finally(() => {
      reading = undefined
      if (readAgain) hasten()
      else if (!closed) timer = setTimeout(hasten, POLL_INTERVAL)
    })
  }

  async function read(): Promise<void> {
    const startedAt = performance.now()
    try {
      const { rows } = await line.client.query<Row>(READ, [line.floor])
      if (startedAt - confirmedAt > CHANGES_KEPT / 2) forgetAll()
      else hear(rows)
      line.floor = rows[0]?.floor ?? line.floor
      confirmedAt = startedAt
    } catch (cause) {
      await reconnect(cause)
    }
  }

  function hear(rows: readonly Row[]): void {
    const shown = new Set<string>()
    for (const row of rows) {
      if (row.id === null) continue
      shown.add(row.id)
      if (!own.delete(row.id) && !seen.has(row.id)) listeners.tell(changeOf(row))
    }
    seen = shown
  }

  async function reconnect(cause: unknown): Promise<void> {
    // Not awaited: over a dead network a farewell takes for ever.
    void line.client.end().catch(() => undefined)
    if (closed) return
    log('warn', 'the connection that hears of changes was lost', cause)
    for (let wait = 50; !closed; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        line = await connect(url, hasten)
        forgetAll()
        confirmedAt = line.connectedAt
        log('info', 'the connection that hears of changes is back: everything was forgotten')
        return
      } catch {
        await pause(wait, undefined, { ref: false })
      }
    }
  }

  function forgetAll(): void {
    own.clear()
    seen = new Set()
    listeners.tell({ type: 'resync' })
  }

  /** Outside of the change's own transaction, and one for many: a commit that notifies waits for all others that do. */
  function wakeOthers(): void {
    if (notifying) {
      notifyAgain = true
      return
    }
    notifying = true
    notifyAgain = false
    notify()
      .catch(() => undefined)
      .finally(() => {
        notifying = false
        if (notifyAgain && !closed) wakeOthers()
      })
  }

  return {
    subscribe: listeners.subscribe,
    unconfirmedFor: () => performance.now() - confirmedAt,
    tell({ id, change }) {
      if (!seen.has(id)) own.add(id)
      listeners.tell(change)
      wakeOthers()
    },
    async close() {
      closed = true
      clearTimeout(timer)
      const farewell = line.client.end().catch(() => undefined)
      await Promise.race([farewell, pause(READ_LIMIT, undefined, { ref: false })])
      await reading
    },
  }
}

type Line = { readonly client: pg.Client; floor: string; readonly connectedAt: number }

async function connect(url: string, hasten: () => void): Promise<Line> {
  const client = new pg.Client({
    ...clientConfig(url),
    query_timeout: READ_LIMIT,
    statement_timeout: READ_LIMIT,
  })
  // Reading finds out, and mends it.
  client.on('error', hasten)
  client.on('notification', hasten)
  try {
    await client.connect()
    await client.query(`LISTEN ${CHANNEL}`)
    const connectedAt = performance.now()
    const { rows } = await client.query<{ floor: string }>(FLOOR)
    const floor = rows[0]?.floor
    if (floor === undefined) throw new Error('PostgreSQL gave no snapshot')
    return { client, floor, connectedAt }
  } catch (cause) {
    await client.end().catch(() => undefined)
    throw cause
  }
}

function changeOf({ tenant_id: tenant, version, topics }: Row): Change {
  const raised = tenant === null || version === null ? undefined : { tenant, version }
  return { type: 'topics', raised, topics: parseJson<readonly Topic[]>(topics ?? '[]') }
}

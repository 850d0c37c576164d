/**
 * How this node hears of the others' changes: it reads the `change` table every second, and at once when somebody notifies. A
 * reading gives the rows that the snapshot of the one before didn't show: neither order by id nor by time would do, for a
 * slow transaction commits rows that are older than what was already seen. One connection does it all: while it is gone
 * nothing is confirmed, and when it is back everything is forgotten, for whatever it is connected to now may not be what it
 * was.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { CHANGES_KEPT } from '../administer.ts'
import { createListeners } from '../listeners.ts'
import type { OpenContext } from '../open.ts'
import type { Driver } from '../store.ts'
import { changeOf, type ChangeRow } from './change-row.ts'
import { connectLine, READ, READ_LIMIT, type Now } from './feed-line.ts'
import { createSharedClock } from './shared-clock.ts'

export type PostgresFeed = Driver['feed'] & {
  /** How far the database's clock is ahead of this machine's, in milliseconds. */
  readonly clockAhead: () => number
  readonly close: () => Promise<void>
}

export type FeedOptions = {
  readonly url: string
  /** Wakes the other nodes; that they find out by themselves, only later, is what makes its failing harmless. */
  readonly notify: () => Promise<unknown>
  /** The connection was lost and is back: others to the same server may be dead without knowing. */
  readonly reconnected: () => void
}

type Row = Now & (ChangeRow | { readonly id: null })

const POLL_INTERVAL = 1_000
const LONGEST_PAUSE = 1_000

export async function openFeed(
  { url, notify, reconnected }: FeedOptions,
  { log }: OpenContext,
): Promise<PostgresFeed> {
  const listeners = createListeners((cause) => log('error', 'a listener of changes failed', cause))
  /** Told here already, because it was done here; until a reading shows it. */
  const own = new Set<string>()
  /** Shown by one of the last two readings: an own change may be read before it is told here. */
  let seen: readonly ReadonlySet<string>[] = []
  const clock = createSharedClock(log)
  let connected = false
  let closed = false
  let reading: Promise<void> | undefined
  let readAgain = false
  let notifying = false
  let notifyAgain = false
  let timer: NodeJS.Timeout | undefined
  let line = await connectLine(url, clock, hasten)
  let confirmedAt = line.connectedAt
  connected = true
  hasten()

  function hasten(): void {
    // While it connects for the first time nothing is remembered that could be out of date.
    if (closed || !connected) return
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
    const measured = clock.measure()
    try {
      const { rows } = await line.client.query<Row>(READ, [line.snapshot])
      const [first] = rows
      if (first === undefined) throw new Error('PostgreSQL gave no snapshot')
      measured(first.clock)
      if (startedAt - confirmedAt > CHANGES_KEPT / 2) forgetAll()
      else hear(rows)
      line.snapshot = first.snapshot
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
      if (!own.delete(row.id)) listeners.tell(changeOf(row))
    }
    seen = [shown, ...seen.slice(0, 1)]
  }

  async function reconnect(cause: unknown): Promise<void> {
    // Not awaited: over a dead network a farewell takes for ever.
    void line.client.end().catch(() => undefined)
    if (closed) return
    log('warn', 'the connection that hears of changes was lost', cause)
    for (let wait = 50; !closed; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        line = await connectLine(url, clock, hasten)
        reconnected()
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
    seen = []
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
    clockAhead: clock.ahead,
    tell({ id, change }) {
      if (!seen.some((shown) => shown.has(id))) own.add(id)
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

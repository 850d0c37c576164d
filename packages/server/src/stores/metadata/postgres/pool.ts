import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Executed, Executor, Parameter } from '../session.ts'
import { StoreError } from '../store-error.ts'
import type { Connections } from '../port.ts'
import { clientConfig } from './client-config.ts'
import { isAway, isRace, isSilence, isStalePlan, storeErrorOf, unavailable } from './postgres-error.ts'
import { statementName } from './statement-name.ts'

export type Pool = {
  readonly read: Executor
  readonly single: Executor
  readonly transaction: <Value>(work: (execute: Executor) => Promise<Value>) => Promise<Value>
  /** Takes new connections from now on: those there are may be dead without knowing. What runs on them goes on. */
  readonly renew: () => void
  readonly connections: () => Connections
  readonly close: () => Promise<void>
}

export type PoolOptions = {
  readonly url: string
  readonly connections: number
  /** A transaction whose owner has nothing to say for so many milliseconds is rolled back. */
  readonly patience: number
  readonly retried: (cause: unknown) => void
}

/** A lost race is run again this often; in milliseconds, how long it waits at most before the second time, and so on doubled. */
const ATTEMPTS = 8
const FIRST_PAUSE = 10

/**
 * Milliseconds. Who waits for a hot look-up is a request: better soon an error than late an answer. A BEGIN never has to wait,
 * and one statement by itself hardly.
 */
const HOT_LIMIT = 5_000
const SINGLE_LIMIT = 10_000
const RETIREMENT = 10_000
/** pg honours the limit of one query; its types don't know. */
const BEGIN: pg.QueryConfig & { readonly query_timeout: number } = {
  text: 'BEGIN ISOLATION LEVEL READ COMMITTED',
  query_timeout: HOT_LIMIT,
}

/** Why the server ended a connection: it says so at once, while the next call only finds that it is gone. */
const lastWords = new WeakMap<pg.ClientBase, unknown>()

type Attempt<Value> =
  | { readonly type: 'done'; readonly value: Value }
  /** Nothing of it happened, and it may do so if it is tried again. */
  | { readonly type: 'again'; readonly cause: unknown; readonly away: boolean }

export function openPool({ url, connections, patience, retried }: PoolOptions): Pool {
  function fill(): pg.Pool {
    const filled = new pg.Pool({
      ...clientConfig(url),
      idle_in_transaction_session_timeout: patience,
      max: connections,
    })
    // One that nobody uses is replaced when it is needed.
    filled.on('error', () => undefined)
    filled.on('connect', (client) =>
      client.on('error', (cause) => {
        // What follows the first is only that it is gone.
        if (!lastWords.has(client)) lastWords.set(client, cause)
      }),
    )
    return filled
  }
  let pool = fill()

  /** Replaced, but not ended at once: who waits for one of its connections would wait in vain. */
  const retired = new Set<pg.Pool>()

  function renew(): void {
    const before = pool
    pool = fill()
    retired.add(before)
    setTimeout(() => void end(before), RETIREMENT).unref()
  }

  async function end(one: pg.Pool): Promise<void> {
    retired.delete(one)
    // Over a dead network a farewell takes for ever; a second one is an error.
    await one.end().catch(() => undefined)
  }

  async function repeat<Value>(attempt: () => Promise<Attempt<Value>>): Promise<Value> {
    for (let count = 1; ; count += 1) {
      const asked = pool
      const outcome = await attempt()
      if (outcome.type === 'done') return outcome.value
      // One of the many who find it out at the same moment.
      if (isStalePlan(outcome.cause) && pool === asked) renew()
      // A server that restarted leaves dead connections behind, each found out once; one that stays away isn't waited for.
      if (count === ATTEMPTS || (outcome.away && count > 2)) throw storeErrorOf(outcome.cause)
      retried(outcome.cause)
      if (!outcome.away) await pause(Math.random() * FIRST_PAUSE * 2 ** count)
    }
  }

  const read: Executor = (sql, parameters, hot) =>
    repeat(async () => {
      try {
        return {
          type: 'done',
          value: executedOf(
            await pool.query({ ...queryOf(sql, parameters, hot), ...(hot && { query_timeout: HOT_LIMIT }) }),
          ),
        }
      } catch (cause) {
        if (isStalePlan(cause)) return { type: 'again', cause, away: false }
        // Who has kept silent so long will go on: its client rather tries another replica.
        if (isAway(cause) && !isSilence(cause)) return { type: 'again', cause, away: true }
        throw storeErrorOf(cause)
      }
    })

  const single: Executor = (sql, parameters, hot) =>
    repeat(async () => {
      const client = await connect(pool)
      if (client.type === 'again') return client
      try {
        return await attemptSingle(client.value, sql, parameters, hot)
      } catch (cause) {
        client.value.release(isAway(cause))
        throw isAway(cause) ? uncertain(cause) : storeErrorOf(cause)
      }
    })

  return {
    read,
    single,
    transaction: (work) =>
      repeat(async () => {
        const client = await connect(pool)
        return client.type === 'again' ? client : attemptTransaction(client.value, work)
      }),
    renew,
    connections: () => {
      const { totalCount: open, idleCount: idle, waitingCount: waiting } = pool
      return { busy: open - idle, idle, waiting, most: connections }
    },
    async close() {
      for (const one of retired) void end(one)
      await pool.end()
    },
  }
}

async function connect(pool: pg.Pool): Promise<Attempt<pg.PoolClient>> {
  try {
    return { type: 'done', value: await pool.connect() }
  } catch (cause) {
    // There is no telling a server that refuses from a pool that is exhausted: either way nothing was done.
    throw unavailable(cause)
  }
}

async function attemptSingle(
  client: pg.PoolClient,
  sql: string,
  parameters: readonly Parameter[],
  hot: boolean,
): Promise<Attempt<Executed>> {
  try {
    const query = { ...queryOf(sql, parameters, hot), query_timeout: SINGLE_LIMIT }
    const executed = executedOf(await client.query(query))
    client.release()
    return { type: 'done', value: executed }
  } catch (cause) {
    if (!isRace(cause) && !isStalePlan(cause)) throw cause
    client.release()
    return { type: 'again', cause, away: false }
  }
}

async function attemptTransaction<Value>(
  client: pg.PoolClient,
  work: (execute: Executor) => Promise<Value>,
): Promise<Attempt<Value>> {
  // Remembered, because `work` may catch what the database said and go on.
  let failed: { readonly cause: unknown } | undefined
  // `work` may ask for several things at once; a connection does one after the other.
  let last: Promise<unknown> = Promise.resolve()
  const execute: Executor = async (sql, parameters, hot) => {
    const asked = last.then(() => client.query(queryOf(sql, parameters, hot)))
    last = asked.catch((cause: unknown) => {
      failed ??= { cause: lastWords.get(client) ?? cause }
    })
    try {
      return executedOf(await asked)
    } catch (cause) {
      throw storeErrorOf(failed?.cause ?? cause)
    }
  }
  let value: Value
  try {
    await client.query(BEGIN).catch((cause: unknown) => {
      failed = { cause }
      throw cause
    })
    value = await work(execute)
    await last
    if (failed !== undefined) throw failed.cause
  } catch (cause) {
    await last
    const away = failed !== undefined && isAway(failed.cause)
    await takeBack(client, away)
    if (failed !== undefined && (away || isRace(failed.cause) || isStalePlan(failed.cause)))
      return { type: 'again', cause: failed.cause, away }
    throw storeErrorOf(cause)
  }
  return commit(client, value)
}

async function commit<Value>(client: pg.PoolClient, value: Value): Promise<Attempt<Value>> {
  try {
    await client.query('COMMIT')
  } catch (cause) {
    const away = isAway(cause)
    await takeBack(client, away)
    if (away) throw uncertain(cause)
    if (isRace(cause)) return { type: 'again', cause, away: false }
    throw storeErrorOf(cause)
  }
  client.release()
  return { type: 'done', value }
}

async function takeBack(client: pg.PoolClient, away: boolean): Promise<void> {
  if (away) return client.release(true)
  try {
    await client.query('ROLLBACK')
    client.release()
  } catch {
    // What can't even be rolled back is no connection any more; the server forgets the rest.
    client.release(true)
  }
}

function queryOf(sql: string, parameters: readonly Parameter[], hot: boolean): pg.QueryConfig {
  const query = { text: sql, values: [...parameters] }
  return hot ? { ...query, name: statementName(sql) } : query
}

function executedOf({ rows, rowCount }: pg.QueryResult): Executed {
  return { rows, changes: rowCount ?? 0 }
}

function uncertain(cause: unknown): StoreError {
  return new StoreError(
    'uncertain',
    'the connection to the database broke while it committed: look whether it was done',
    { cause },
  )
}

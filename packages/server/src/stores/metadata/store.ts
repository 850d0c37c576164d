/** The port, over either database's driver. */
import { administer, contribute, type Done } from './administer.ts'
import { createInside } from './inside.ts'
import { readNouns, singleNouns } from './nouns.ts'
import { INSTALLATION } from './nouns/installation-tenant.ts'
import type { Connections, MetadataStore } from './port.ts'
import type { ChangeFeed } from './port/changes.ts'
import { createSession, type Dialect, type Executor, type Session } from './session.ts'
import { StoreError } from './store-error.ts'

export type Driver = {
  readonly dialect: Dialect
  /** Outside of transactions: what is committed. */
  readonly read: Executor
  /** One statement, committed by itself. */
  readonly single: Executor
  /** All that `work` executes, or nothing. It may be run again. */
  readonly transaction: <Value>(work: (execute: Executor) => Promise<Value>) => Promise<Value>
  readonly feed: ChangeFeed & {
    /** This node's own change has been committed: its listeners hear of it before this returns, the others soon. */
    readonly tell: (told: NonNullable<Done<unknown>['told']>) => void
  }
  /** How far the clock that all nodes go by is ahead of this machine's, in milliseconds; 0 where there is one node. */
  readonly clockAhead: () => number
  readonly ping: () => Promise<void>
  readonly connections?: () => Connections
  readonly close: () => Promise<void>
}

export function createStore(driver: Driver, machineNow: () => number): MetadataStore {
  const { dialect, feed } = driver
  const now = () => machineNow() + driver.clockAhead()
  const inside = createInside()
  const sessionOf = (execute: Executor) => createSession(dialect, execute, now)
  const guarded = (execute: Executor, what: string): Executor => {
    return async (sql, parameters, hot) => {
      inside.refuse(what)
      return execute(sql, parameters, hot)
    }
  }

  async function transact<Value>(work: (session: Session) => Promise<Done<Value>>): Promise<Value> {
    const { value, told } = await driver.transaction((execute) => {
      const closing = closable(execute)
      return inside.run(() => work(sessionOf(closing.execute))).finally(closing.close)
    })
    if (told !== undefined) feed.tell(told)
    return value
  }

  return {
    type: dialect.type,
    installation: INSTALLATION,
    read: readNouns(sessionOf(guarded(driver.read, 'store.read'))),
    single: singleNouns(sessionOf(guarded(driver.single, 'store.single'))),
    async write(work) {
      inside.refuse('store.write')
      return transact((session) => contribute(session, work))
    },
    async change(tenant, actor, work) {
      inside.refuse('store.change')
      return transact((session) => administer(session, tenant, actor, work))
    },
    changes: feed,
    now,
    ping: driver.ping,
    connections: () => driver.connections?.(),
    close: driver.close,
  }
}

/** What is used after its transaction has ended must not reach into the next one. */
function closable(execute: Executor): { readonly execute: Executor; readonly close: () => void } {
  let open = true
  return {
    async execute(sql, parameters, hot) {
      if (!open)
        throw new StoreError('nested', 'a `tx` was used after its transaction had ended: await all its calls')
      return execute(sql, parameters, hot)
    },
    close() {
      open = false
    },
  }
}

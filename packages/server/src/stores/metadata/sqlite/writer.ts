import { once } from 'node:events'
import { startThread } from '../../start-thread.ts'
import type { Executed, Executor, Parameter } from '../session.ts'
import { StoreError } from '../store-error.ts'
import type { FromWriter, ToWriter, WriterSettings } from './messages.ts'
import { storeErrorOf } from './sqlite-error.ts'

/** The writer thread as this thread sees it. */
export type Writer = {
  readonly single: Executor
  readonly transaction: <Value>(work: (execute: Executor) => Promise<Value>) => Promise<Value>
  readonly close: () => Promise<void>
}

type Waiting = { readonly resolve: (executed: Executed) => void; readonly reject: (cause: Error) => void }

/** @param onCommit called before whoever wrote hears that it is done */
export function startWriter(settings: WriterSettings, onCommit: () => void = () => {}): Writer {
  const worker = startThread(new URL('./writer-thread.ts', import.meta.url), {
    workerData: settings,
    name: 'metadata-writer',
  })
  const calls = new Map<number, Waiting>()
  const units = new Map<number, Waiting>()
  const exited = once(worker, 'exit')
  let number = 0
  let down: StoreError | undefined
  const active = new Set<Promise<void>>()
  let closing = false

  function answer(message: FromWriter): void {
    const inCalls = message.type === 'executed' || message.type === 'refused'
    const waiting = inCalls ? calls.get(message.call) : units.get(message.unit)
    if (inCalls) calls.delete(message.call)
    else units.delete(message.unit)
    if (message.type === 'executed' || message.type === 'ended') waiting?.resolve(message.executed)
    else waiting?.reject(storeErrorOf(message.failure))
  }

  function stop(error: StoreError): void {
    down ??= error
    for (const waiting of [...calls.values(), ...units.values()]) waiting.reject(error)
    calls.clear()
    units.clear()
  }

  worker.on('message', (messages: readonly FromWriter[]) => {
    // A commit that failed may have left something behind all the same.
    if (messages.some(({ type }) => type === 'ended' || type === 'failed')) onCommit()
    messages.forEach(answer)
  })
  worker.on('error', (cause) =>
    stop(
      new StoreError('uncertain', 'the thread that writes the database died: restart the server', { cause }),
    ),
  )
  worker.on('exit', () => stop(new StoreError('unavailable', 'the database is closed')))

  /** Waking the other thread costs more than most statements: what is asked in one go is one message. */
  const outbox: ToWriter[] = []

  function send(message: ToWriter): void {
    outbox.push(message)
    if (outbox.length === 1) process.nextTick(() => worker.postMessage(outbox.splice(0)))
  }

  function ask(table: Map<number, Waiting>, key: number, message: ToWriter): Promise<Executed> {
    if (down !== undefined) return Promise.reject(down)
    const { promise, resolve, reject } = Promise.withResolvers<Executed>()
    table.set(key, { resolve, reject })
    send(message)
    return promise
  }

  async function transaction<Value>(work: (execute: Executor) => Promise<Value>): Promise<Value> {
    const unit = (number += 1)
    // Awaited from the start: the thread may end it by itself, when its owner keeps silent for too long.
    const ended = ask(units, unit, { type: 'begin', unit })
    ended.catch(() => undefined)
    const execute = (sql: string, parameters: readonly Parameter[]) => {
      const call = (number += 1)
      return ask(calls, call, { type: 'execute', unit, call, sql, parameters })
    }
    let value: Value
    try {
      value = await work(execute)
    } catch (cause) {
      if (units.has(unit)) send({ type: 'rollback', unit })
      await ended.catch(() => undefined)
      throw cause
    }
    if (units.has(unit)) send({ type: 'commit', unit })
    await ended
    return value
  }

  /** Nothing new once it is closing; what has begun is brought to its end. */
  function admit<Value>(begin: () => Promise<Value>): Promise<Value> {
    if (closing) return Promise.reject(new StoreError('unavailable', 'the database is closing'))
    const running = begin()
    const settled = running.then(
      () => undefined,
      () => undefined,
    )
    active.add(settled)
    void settled.then(() => active.delete(settled))
    return running
  }

  return {
    transaction: (work) => admit(() => transaction(work)),
    single: (sql, parameters) => {
      const unit = (number += 1)
      return admit(() => ask(units, unit, { type: 'single', unit, sql, parameters }))
    },
    async close() {
      if (!closing) {
        closing = true
        await Promise.all(active)
        send({ type: 'close' })
      }
      await exited
    },
  }
}

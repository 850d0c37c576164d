/**
 * The one writer, in a thread of its own so that fsync never holds up a request. It runs one transaction at a time, in the order
 * in which they began; while it waits for the next statement of one, the messages of the others wait in the queue.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openConnection } from './connection.ts'
import { createGroup } from './group.ts'
import { failureOf } from './sqlite-error.ts'
import type { FromWriter, ToWriter, WriterFailure, WriterSettings } from './messages.ts'

type Step = Extract<ToWriter, { type: 'execute' | 'commit' | 'rollback' }>
type Single = Extract<ToWriter, { type: 'single' }>
type Unit = { readonly unit: number; readonly steps: Step[]; doomed: WriterFailure | undefined }

/** A group is committed when nobody waits to join it, or it has grown this large or old (milliseconds). */
const GROUP_SIZE = 128
const GROUP_AGE = 5

const port = parentPort
if (port === null) throw new Error('this file is a thread: it is started by `writer.ts`')
const { file, patience }: WriterSettings = workerData
const connection = openConnection(file, 'write')
const group = createGroup(connection, {
  ended: (unit, executed) => reply({ type: 'ended', unit, executed }),
  failed: (unit, cause) => reply({ type: 'failed', unit, failure: failureOf(cause) }),
})

const queue: (Unit | Single)[] = []
let current: Unit | undefined
let impatience: NodeJS.Timeout | undefined
let closing = false

port.on('message', (messages: readonly ToWriter[]) => {
  for (const message of messages) take(message)
  pump()
  flush()
})

/** Waking the other thread costs more than most statements: what is said in one go is one message. */
const replies: FromWriter[] = []

function reply(message: FromWriter): void {
  replies.push(message)
}

function flush(): void {
  if (replies.length > 0) port?.postMessage(replies.splice(0))
  if (closing && current === undefined && queue.length === 0) port?.close()
}

function take(message: ToWriter): void {
  if (message.type === 'close') closing = true
  else if (message.type === 'single') queue.push(message)
  else if (message.type === 'begin') queue.push({ unit: message.unit, steps: [], doomed: undefined })
  else step(message)
}

function step(message: Step): void {
  if (message.unit === current?.unit) return perform(current, message)
  const waiting = queue.find((queued): queued is Unit => queued.unit === message.unit && !('type' in queued))
  if (waiting !== undefined) waiting.steps.push(message)
  // Otherwise it has expired, and its owner has been told or is about to ask.
  else if (message.type === 'execute') reply({ type: 'refused', call: message.call, failure: EXPIRED })
}

/** Goes on until it must wait for somebody. */
function pump(): void {
  for (;;) {
    drain()
    if (current !== undefined) return
    const next = queue.shift()
    if (next === undefined || group.waiting() >= GROUP_SIZE || isOld()) group.commit()
    if (next === undefined) break
    start(next)
  }
  if (closing) close()
}

function isOld(): boolean {
  return group.waiting() > 0 && performance.now() - group.since() > GROUP_AGE
}

/** What has been sent meanwhile and would otherwise miss this group. */
function drain(): void {
  if (port === null) return
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const messages: readonly ToWriter[] = got.message
    for (const message of messages) take(message)
  }
}

function start(next: Unit | Single): void {
  if ('type' in next) single(next)
  else open(next)
}

function single({ unit, sql, parameters }: Single): void {
  try {
    group.begin()
    group.single(unit, sql, parameters)
  } catch (cause) {
    reply({ type: 'failed', unit, failure: failureOf(cause) })
    if (group.lost()) group.fail(cause)
  }
}

function open(unit: Unit): void {
  current = unit
  impatience = setTimeout(expire, patience, unit)
  try {
    group.begin()
    group.savepoint()
  } catch (cause) {
    unit.doomed = failureOf(cause)
  }
  while (current === unit) {
    const next = unit.steps.shift()
    if (next === undefined) return
    perform(unit, next)
  }
}

function perform(unit: Unit, step: Step): void {
  if (step.type === 'execute') execute(unit, step)
  else if (unit.doomed !== undefined) end(unit, () => fail(unit, unit.doomed ?? EXPIRED))
  else if (step.type === 'commit') end(unit, () => group.release(unit.unit))
  else end(unit, () => rollback(unit))
}

function execute(unit: Unit, { call, sql, parameters }: Extract<Step, { type: 'execute' }>): void {
  impatience?.refresh()
  if (unit.doomed !== undefined) return reply({ type: 'refused', call, failure: unit.doomed })
  try {
    reply({ type: 'executed', call, executed: connection.execute(sql, parameters) })
  } catch (cause) {
    const failure = failureOf(cause)
    if (group.lost()) {
      unit.doomed = failure
      group.fail(cause)
    }
    reply({ type: 'refused', call, failure })
  }
}

function end(unit: Unit, how: () => void): void {
  clearTimeout(impatience)
  current = undefined
  try {
    how()
  } catch (cause) {
    fail(unit, failureOf(cause))
    group.fail(cause)
  }
}

function rollback({ unit }: Unit): void {
  group.rollback()
  reply({ type: 'ended', unit, executed: { rows: [], changes: 0 } })
}

function fail({ unit }: Unit, failure: WriterFailure): void {
  reply({ type: 'failed', unit, failure })
}

function expire(unit: Unit): void {
  if (current !== unit) return
  end(unit, () => {
    if (unit.doomed === undefined) group.rollback()
    fail(unit, EXPIRED)
  })
  pump()
  flush()
}

function close(): void {
  if (connection.database.isOpen) connection.database.close()
}

const EXPIRED: WriterFailure = {
  type: 'timeout',
  message: `it had been idle for ${patience} ms`,
  code: undefined,
}

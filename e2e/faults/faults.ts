import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../support/random.ts'
import type { Replicas, ReplicasOptions } from '../support/replicas.ts'

/** Something that breaks, and mends by itself or is started again; no hand does more. */
export type Fault = {
  readonly title: string
  readonly on: ReplicasOptions
  /** Takes a minute each time: too long for every test run. */
  readonly long?: true
  /** Breaks it once, at a moment of chance, and resolves when what broke is back. */
  readonly strike: (replicas: Replicas, random: Random) => Promise<void>
}

/** How long things run undisturbed at most, so that faults fall into every phase of the work. */
const LIFE_MILLISECONDS = 1_200
const MINUTE_MILLISECONDS = 60_000

export const FAULTS: Readonly<Record<string, Fault>> = {
  'kill-one': {
    title: 'the only server, on SQLite and files, is killed',
    on: { count: 'sqlite', settings: {} },
    strike: killOne,
  },
  'kill-replica': {
    title: 'one of two servers on PostgreSQL is killed',
    on: { count: 2, settings: {} },
    strike: killOne,
  },
  'crash-database': {
    title: 'PostgreSQL crashes under two servers',
    on: { count: 2, settings: {} },
    strike: crashDatabase,
  },
  'lose-database': {
    title: 'PostgreSQL is away for a minute',
    on: { count: 2, settings: {} },
    long: true,
    strike: loseDatabase,
  },
  'fail-over': {
    title: 'PostgreSQL dies for good, and its standby takes its place',
    on: { count: 2, settings: {} },
    strike: failOver,
  },
  'slow-database': {
    title: 'each commit takes PostgreSQL 4 ms and more for a while',
    on: { count: 2, settings: {} },
    strike: slowDown,
  },
  'ail-bucket': {
    title: 'one of ten requests to the object store fails, each in its way',
    on: { count: 2, settings: {}, bucket: true },
    strike: ailBucket,
  },
  'lose-bucket': {
    title: 'the object store is away for a while',
    on: { count: 2, settings: {}, bucket: true },
    strike: loseBucket,
  },
  'jump-clock': {
    title: 'the clock of the only server jumps an hour, to and fro',
    on: { count: 'sqlite', settings: {}, clocks: true },
    strike: jumpClock,
  },
  'jump-clocks': {
    title: 'the clocks of two servers jump an hour, each by itself',
    on: { count: 2, settings: {}, clocks: true },
    strike: jumpClock,
  },
}

async function killOne({ all }: Replicas, random: Random): Promise<void> {
  await pause(random.below(LIFE_MILLISECONDS))
  const victim = random.of(all)
  await victim?.kill()
  await victim?.start()
}

async function crashDatabase({ postgres }: Replicas, random: Random): Promise<void> {
  await pause(random.below(LIFE_MILLISECONDS))
  await postgres?.crash()
  await pause(random.below(LIFE_MILLISECONDS))
  await postgres?.resume()
}

async function loseDatabase({ postgres }: Replicas, random: Random): Promise<void> {
  await pause(random.below(LIFE_MILLISECONDS))
  await postgres?.crash()
  await pause(MINUTE_MILLISECONDS)
  await postgres?.resume()
}

async function failOver({ postgres }: Replicas, random: Random): Promise<void> {
  await postgres?.attachStandby()
  await pause(random.below(LIFE_MILLISECONDS))
  await postgres?.failOver()
}

/** `commit_delay` is in microseconds, and counts only where commits are synced at all. */
const SLOW = { fsync: 'on', commit_delay: '4000', commit_siblings: '0' }
const AS_BEFORE = { fsync: undefined, commit_delay: undefined, commit_siblings: undefined }

async function slowDown({ postgres }: Replicas, random: Random): Promise<void> {
  await postgres?.configure(SLOW)
  await pause(random.below(LIFE_MILLISECONDS))
  await postgres?.configure(AS_BEFORE)
}

const HOUR_SECONDS = 3_600

async function jumpClock({ all }: Replicas, random: Random): Promise<void> {
  for (const shift of [HOUR_SECONDS, -HOUR_SECONDS, 0]) {
    await pause(random.below(LIFE_MILLISECONDS))
    random.of(all)?.shiftClock(shift)
  }
}

/** What stores and networks do: refuse for a while, break off, do it and not be heard. */
const AILMENTS = [
  { type: 'answer', status: 503, code: 'SlowDown' },
  { type: 'answer', status: 500, code: 'InternalError' },
  { type: 'drop' },
  { type: 'deaf' },
  { type: 'cut' },
] as const

async function ailBucket({ bucket }: Replicas, random: Random): Promise<void> {
  if (bucket === undefined) return
  bucket.proxy.fault = () => (random.percent(10) ? random.of(AILMENTS) : undefined)
  await pause(LIFE_MILLISECONDS)
  bucket.proxy.fault = () => undefined
}

async function loseBucket({ bucket }: Replicas, random: Random): Promise<void> {
  if (bucket === undefined) return
  await pause(random.below(LIFE_MILLISECONDS))
  bucket.proxy.fault = () => ({ type: 'drop' })
  await pause(random.below(3 * LIFE_MILLISECONDS))
  bucket.proxy.fault = () => undefined
}

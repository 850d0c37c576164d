import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { CollectionCounts } from '../stores/metadata/port/collection.ts'
import { SYSTEM } from '../system-actor.ts'
import { collectWhenDue } from './collect-when-due.ts'

const HOUR = 3_600_000
const SCHEDULE = { everySeconds: 3_600, afterSeconds: 86_400 }
const COUNTS: CollectionCounts = { links: 1, marked: 2, blobs: 3, bytes: 4, keys: 5, complete: true }

let directory: string
let store: MetadataStore
let now: number
/** How long each run that was made waits, in milliseconds. */
let runs: number[]

beforeEach(async () => {
  now = Date.UTC(2026, 10, 21)
  runs = []
  directory = await mkdtemp(join(tmpdir(), 'wharden-collect-'))
  store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') }, { now: () => now })
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

const poll = (counts: Partial<CollectionCounts> = {}, signal = new AbortController().signal) =>
  collectWhenDue(
    store,
    SCHEDULE,
    async (after) => {
      runs.push(after)
      return { ...COUNTS, ...counts }
    },
    signal,
  )

const ask = (id: string, afterSeconds: number) =>
  store.change(store.installation, SYSTEM, (tx) =>
    tx.collection.ask({ id, askedAt: now, askedBy: 'olga', afterSeconds }),
  )

test('it runs at once where it never did, then when an hour has passed', async () => {
  expect(await poll()).toEqual({
    ...COUNTS,
    startedAt: now,
    endedAt: now,
    askedBy: null,
    afterSeconds: 86_400,
  })
  expect(await store.read.collection.last()).toMatchObject(COUNTS)
  now += HOUR - 1
  expect(await poll()).toBeUndefined()
  now += 1
  expect(await poll()).toBeDefined()
  expect(runs).toEqual([24 * HOUR, 24 * HOUR])
})

test('a clock that was set back does not put it off', async () => {
  await poll()
  now -= 10 * HOUR
  expect(await poll()).toBeDefined()
})

test('a run that reached its bound is gone on with at the next look', async () => {
  await poll({ complete: false })
  expect(await poll()).toBeDefined()
  expect(await poll()).toBeUndefined()
})

test('a run that was cut short is begun again, after a minute', async () => {
  await poll()
  now += HOUR
  expect(await poll({}, AbortSignal.abort())).toBeUndefined()
  expect(await store.read.collection.last()).toMatchObject({ endedAt: null })
  expect(await poll()).toBeUndefined()
  now += 60_000
  expect(await poll()).toBeDefined()
})

test('who asks gets a run with the time they want, once; the schedule goes on from there', async () => {
  await poll()
  await ask('one', 600)
  expect(await poll()).toMatchObject({ askedBy: 'olga', afterSeconds: 600 })
  expect(await store.read.collection.wish()).toBeUndefined()
  expect(await poll()).toBeUndefined()
  expect(runs).toEqual([24 * HOUR, 600_000])
})

test('a wish outlasts the run that was under way when it came, and the leader that died of it', async () => {
  const signal = new AbortController().signal
  await collectWhenDue(store, SCHEDULE, async () => (await ask('late', 60), COUNTS), signal)
  expect(await store.read.collection.wish()).toMatchObject({ id: 'late' })
  await poll({}, AbortSignal.abort())
  expect(await poll()).toMatchObject({ afterSeconds: 60 })
  expect(await poll()).toBeUndefined()
})

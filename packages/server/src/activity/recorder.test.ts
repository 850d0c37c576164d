import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CredentialId } from '@wharden/policy'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ActivityRecord } from '../stores/metadata/port/logs.ts'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { createRecorder, type Recorder, type Refusal } from './recorder.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const LIMITS = {
  rows: 100,
  refusals: 50,
  batch: 10,
  milliseconds: 60_000,
  useMilliseconds: 60_000,
  refusalsPerHour: 20,
  strangerRowsPerHour: 30,
}
const log = pino({ level: 'silent' })
const ann = 'ann' as CredentialId
const bob = 'bob' as CredentialId

describe('what happens is taken down', () => {
  let directory: string
  let store: MetadataStore
  let recorder: Recorder
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wharden-recorder-'))
    store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') })
  })
  afterEach(() => recorder.close())
  afterAll(async () => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  })

  const row = (type: string, credential: CredentialId | undefined): ActivityRecord => ({
    at: NOW,
    type,
    organization: undefined,
    credential,
    user: undefined,
    repository: 'acme/app',
    reference: undefined,
    digest: undefined,
    bytes: undefined,
    address: '192.0.2.7',
    userAgent: 'test',
    decision: undefined,
    detail: {},
  })
  const refusal = (id: string, credential: CredentialId | undefined, at = NOW): Refusal => ({
    id,
    organization: undefined,
    credential,
    user: undefined,
    firstAt: at,
    lastAt: at,
    question: {},
    decision: {},
  })
  const rowsOf = async (type: string) => (await store.read.activity.list({ type, limit: 1_000 })).items.length

  it('up to what the queue holds; the rest is counted, and the batch says how many', async () => {
    recorder = createRecorder(store, log, { ...LIMITS, batch: 1_000 })
    for (let n = 0; n < 130; n += 1) recorder.happened(row('full', ann))
    expect(recorder.dropped()).toBe(30)
    await recorder.flush()
    expect(await rowsOf('full')).toBe(100)
    expect(await store.read.activity.verify(10)).toMatchObject({ broken: [] })
  })

  it('of strangers only a share, while those we know are still taken down', async () => {
    recorder = createRecorder(store, log, LIMITS)
    for (let n = 0; n < 40; n += 1) recorder.happened(row('strange', undefined))
    recorder.happened(row('strange', ann))
    await recorder.flush()
    expect(await rowsOf('strange')).toBe(31)
    expect(recorder.dropped()).toBe(10)
  })

  it('a refusal that repeats counts, before and after it was written', async () => {
    recorder = createRecorder(store, log, LIMITS)
    for (let n = 0; n < 7; n += 1) recorder.refused(refusal('again', ann, NOW + n))
    expect(recorder.pendingRefusal('again')).toMatchObject({ count: 7, firstAt: NOW, lastAt: NOW + 6 })
    await recorder.flush()
    expect(recorder.pendingRefusal('again')).toBeUndefined()
    for (let n = 0; n < 50; n += 1) recorder.refused(refusal('again', ann, NOW + 10))
    await recorder.flush()
    expect(await store.read.refusals.byId('again')).toMatchObject({ count: 57, lastAt: NOW + 10 })
    expect(recorder.dropped()).toBe(0)
  })

  it('refusals that differ have a share for each asker and hour', async () => {
    recorder = createRecorder(store, log, LIMITS)
    for (let n = 0; n < 25; n += 1) {
      recorder.refused(refusal(`a${n}`, ann))
      if (n % 10 === 0) await recorder.flush()
    }
    recorder.refused(refusal('b', bob))
    recorder.refused(refusal('stranger', undefined))
    recorder.refused(refusal('a0', ann))
    recorder.refused(refusal('next hour', ann, NOW + 3_600_000))
    await recorder.flush()
    expect(recorder.dropped()).toBe(5)
    expect(await store.read.refusals.byId('a19')).toBeDefined()
    expect(await store.read.refusals.byId('a20')).toBeUndefined()
    expect(await store.read.refusals.byId('a0')).toMatchObject({ count: 2 })
    for (const id of ['b', 'stranger', 'next hour']) expect(await store.read.refusals.byId(id)).toBeDefined()
  })

  it('what was taken down is written when it closes', async () => {
    recorder = createRecorder(store, log, LIMITS)
    recorder.happened(row('last', ann))
    await recorder.close()
    expect(await rowsOf('last')).toBe(1)
  })
})

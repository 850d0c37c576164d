import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRepositoryName } from '@wharden/oci'
import { parseAccountName, type RepositoryId } from '@wharden/policy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf, samplePart } from '../stores/blobs/contract-sample.ts'
import { openFilesystemBlobStore } from '../stores/blobs/filesystem/open.ts'
import type { BlobStore, UploadPosition } from '../stores/blobs/port.ts'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import type { UploadRecord } from '../stores/metadata/port/bytes.ts'
import { SYSTEM } from '../system-actor.ts'
import { deleteDiscarded } from './delete-discarded.ts'
import { startJobs } from './start-jobs.ts'
import { sweepOrphans } from './sweep-orphans.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { createHandTimer } from './contract-timer.ts'

const HOUR = 3_600_000
const never = new AbortController().signal

let directory: string
let blobs: BlobStore
let store: MetadataStore
let now: number
let repository: RepositoryId

beforeEach(async () => {
  now = Date.now()
  directory = await mkdtemp(join(tmpdir(), 'wharden-jobs-'))
  blobs = await openFilesystemBlobStore({ directory: join(directory, 'blobs'), minimumFreeBytes: 1 })
  store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') }, { now: () => now })
  repository = await makeRepository()
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

describe('the sweep of uploads', () => {
  test('ends those that nobody touched for a day, and the next job deletes their bytes', async () => {
    const old = await upload()
    now += 25 * HOUR
    const young = await upload()
    expect(await sweepUploads(store, now, never)).toBe(1)
    expect(await store.read.uploads.find(old.id)).toBeUndefined()
    expect(await store.read.uploads.find(young.id)).toBeDefined()
    expect(await blobs.stat(old.position.key)).toBeDefined()
    expect(await deleteDiscarded(store, blobs, never)).toEqual({ keys: 1, complete: true })
    expect(await blobs.stat(old.position.key)).toBeUndefined()
    expect(await blobs.stat(young.position.key)).toBeDefined()
    expect(await store.read.blobs.discarded(10)).toEqual([])
  })

  test('spares one that somebody holds, however old', async () => {
    const held = await upload()
    await store.single.uploads.lease(held.id, 'a request', 2 * 25 * HOUR)
    now += 25 * HOUR
    expect(await sweepUploads(store, now, never)).toBe(0)
    expect(await store.read.uploads.find(held.id)).toBeDefined()
  })

  test('spares one whose client came back while the sweep was looking', async () => {
    const back = await upload()
    now += 25 * HOUR
    const stale = await store.read.uploads.stale({ touchedBefore: now, limit: 1 })
    const to = { ...back.position, offset: back.position.offset + 1 }
    await store.single.uploads.advance(back.id, { owner: 'a request', from: back.position, to })
    const late = {
      ...store,
      read: { ...store.read, uploads: { ...store.read.uploads, stale: async () => stale } },
    }
    expect(await sweepUploads(late, now, never)).toBe(0)
    expect((await store.read.uploads.find(back.id))?.lease).toBeUndefined()
  })

  test('goes through more than a batch, and stops when told to', async () => {
    const rows = await Promise.all(Array.from({ length: 230 }, () => row(blobs.startUpload('sha256'))))
    now += 25 * HOUR
    expect(await sweepUploads(store, now, AbortSignal.abort())).toBe(0)
    expect(await sweepUploads(store, now, never)).toBe(rows.length)
    expect(await deleteDiscarded(store, blobs, never)).toEqual({ keys: rows.length, complete: true })
  })
})

test('no sweep takes the bytes of a published blob, nor of an upload in hand', async () => {
  const published = await upload()
  const digest = digestOf(samplePart(0, 1000))
  await store.write(async (tx) => {
    await tx.uploads.finish(published.id, { owner: 'a request', from: published.position })
    await tx.blobs.publish({ digest, key: published.position.key, size: 1000 })
    await tx.blobs.link(repository, digest)
  })
  const inHand = await upload()
  const later = now + 48 * HOUR
  expect(await sweepOrphans({ rows: store.read.blobs, blobs }, later, never)).toBe(0)
  expect(await blobs.stat(published.position.key)).toBeDefined()
  expect(await blobs.stat(inHand.position.key)).toBeDefined()
  await store.write((tx) => tx.uploads.cancel(inHand.id))
  expect(await sweepOrphans({ rows: store.read.blobs, blobs }, later, never)).toBe(0)
})

test('the jobs of a server run on its stores, and the lease is given back at the end', async () => {
  const old = await upload()
  now += 25 * HOUR
  const timer = createHandTimer()
  const rotated: number[] = []
  const failures: unknown[] = []
  const keys = { rotate: async (at: number) => (rotated.push(at), []) }
  const log = { debug: () => {}, info: () => {}, error: (fields: object) => void failures.push(fields) }
  const identity = { keys: { access: keys, refresh: keys } }
  const config = { activityDays: 90, collectAfterSeconds: 86_400, collectEverySeconds: 3_600 }
  const house = { store, blobs, config, identity, clock: () => now, log }
  const jobs = startJobs(house, timer)
  while ((await blobs.stat(old.position.key)) !== undefined) {
    await timer.advance(1000)
    // The store answers in order: once this is answered, so is what the jobs asked before.
    await store.single.leases.acquire('turn', 'test', 1)
  }
  expect(rotated.length).toBeGreaterThan(1)
  expect(failures).toEqual([])
  expect(await store.single.leases.acquire('jobs', 'another', 1000)).toBe(false)
  await jobs.close()
  expect(await store.single.leases.acquire('jobs', 'another', 1000)).toBe(true)
})

async function makeRepository(): Promise<RepositoryId> {
  const account = parseAccountName('acme')
  const name = parseRepositoryName('app')
  if (account.type === 'error' || name.type === 'error') throw new Error('no name')
  return store.change(store.installation, SYSTEM, async (tx) => {
    const organization = await tx.organizations.create({ name: account.value })
    if (organization === undefined) throw new Error('the name is taken')
    return (await tx.repositories.activate(organization.id, name.value)).repository.id
  })
}

/** A session that holds 1000 bytes. */
async function upload(): Promise<UploadRecord> {
  const opened = await blobs.openUpload(blobs.startUpload('sha256'))
  if (opened.type === 'error') throw new Error(opened.error.type)
  await opened.value.append(samplePart(0, 1000))
  const position = await opened.value.checkpoint()
  await opened.value.close()
  return row(position)
}

function row(position: UploadPosition): Promise<UploadRecord> {
  return store.single.uploads.create({ repository, position })
}

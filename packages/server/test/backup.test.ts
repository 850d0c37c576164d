/** A backup is the installation: whatever it is restored to, images, tokens and logs are as they were when it was taken. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { backup, checkBackup, move, prepareMove, restore, type Copying } from '../src/index.ts'
import { readConfig } from '../src/config.ts'
import { metadataLocation } from '../src/metadata-location.ts'
import { openSnapshot } from '../src/stores/metadata/portable/snapshot.ts'
import { digestTable } from '../src/stores/metadata/portable/table-digest.ts'
import { startS3rver } from '../src/stores/blobs/s3/contract-s3rver.ts'
import { bucketSettings } from './bucket-settings.ts'
import { demand, digestOf, newBlob, pushBlob, pushImage, type Document } from './images.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { recordEvents } from './record-events.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { DATABASES, startServer, type Database, type Server } from './server.ts'

let postgres: TestPostgres | undefined
let root: string
beforeAll(async () => {
  postgres = await startPostgres()
  root = await mkdtemp(join(tmpdir(), 'wharden-backup-'))
})
afterAll(async () => {
  await postgres?.stop()
  await rm(root, { recursive: true, force: true })
})

/** Milliseconds: each test is many starts and copies, and the machine may be busy. */
const PATIENCE = 120_000
let count = 0
const newPath = (name: string): string => join(root, `${name}-${(count += 1)}`)

/** Where an installation is to be, as settings. */
type Place = { readonly settings: Readonly<Record<string, string>>; readonly directory: string }

async function newPlace(database: Database): Promise<Place> {
  const directory = newPath('data')
  const url =
    database === 'postgres' ? { WHARDEN_DATABASE_URL: (await postgres?.createDatabase()) ?? '' } : {}
  return { settings: { WHARDEN_DATA: directory, ...url }, directory }
}

const start = ({ settings, directory }: Place): Promise<Server> => startServer({ directory, settings })

function quiet(signal = new AbortController().signal): Copying & { readonly warnings: string[] } {
  const warnings: string[] = []
  return { progress: () => {}, warn: (sentence) => void warnings.push(sentence), signal, warnings }
}

const save = (place: Place, directory: string, withSealKey = false) =>
  backup({ ...quiet(), environment: place.settings, directory, version: '0.1.0', withSealKey })
const load = (place: Place, directory: string) =>
  restore({ ...quiet(), environment: place.settings, directory })

const withSealKeyOf = async (from: Place, to: Place): Promise<Place> => ({
  ...to,
  settings: {
    ...to.settings,
    WHARDEN_SEAL_KEY: (await readFile(join(from.directory, 'seal.key'), 'utf8')).trim(),
  },
})

type Estate = {
  readonly ci: Issued
  readonly reader: Issued
  readonly revoked: Issued
  readonly images: readonly Document[]
}

/** Something of everything. */
async function settle(server: Server): Promise<Estate> {
  await server.organization('acme')
  await server.organization('umbrella')
  const alice = await server.user('alice', { acme: 'owner' })
  const ci = await server.oat('acme', { '*': ALL })
  const reader = await server.registryToken('acme', 'reader', { app: READ })
  const revoked = await server.pat(alice, 'repo:write')
  await server.revoke(revoked)
  await server.guard('other.example.com', 'acme')
  await server.policy('acme', 'image-access', { mode: 'report', categories: ['official'] })
  const images: Document[] = []
  for (const tag of ['v1', 'v2', 'latest'])
    images.push((await pushImage(server, 'acme/app', { as: ci, tag })).manifest)
  const big = newBlob(3 * 1024 * 1024)
  demand(await pushBlob(server, 'acme/app', big, { as: ci }), 201)
  demand(await pushBlob(server, 'acme/app', newBlob(100, 'sha512'), { as: ci }), 201)
  demand(await pushBlob(server, 'acme/app', newBlob(0), { as: ci }), 201)
  await recordEvents(server)
  // Refused, and so in the logs.
  await server.send('GET', '/v2/acme/app/manifests/v1', { as: revoked })
  await server.sendLikeDocker('DELETE', '/v2/acme/app/manifests/v1', { as: reader })
  return { ci, reader, revoked, images }
}

/** Pulls every image whole, by digest, and tries every token. */
async function expectThere(server: Server, { ci, reader, revoked, images }: Estate): Promise<void> {
  for (const as of [ci, reader])
    for (const { digest } of images) expect(await pull(server, 'acme/app', digest, as)).toBe(digest)
  expect((await server.send('GET', '/v2/', { as: revoked })).status).toBe(401)
  await expect(server.token({ as: revoked })).rejects.toThrow('401')
  const { audit } = server.house.store.read
  const tenants = await audit.tenants()
  expect(tenants).toHaveLength(3)
  for (const tenant of tenants)
    expect(await audit.verify(tenant)).toMatchObject({ type: 'intact', events: 3 })
}

/** Every image that was being pushed while the backup was taken: one that is listed can be pulled whole. */
async function imagesIn(server: Server, as: Issued): Promise<readonly string[]> {
  const found: string[] = []
  for (const repository of ['acme/busy-0', 'acme/busy-1', 'acme/busy-2']) {
    const { tags } = demand(
      await server.sendLikeDocker('GET', `/v2/${repository}/tags/list`, { as }),
      200,
    ).json
    for (const tag of tags) found.push(await pull(server, repository, tag, as))
  }
  return found
}

/** @returns the digest */
async function pull(server: Server, repository: string, reference: string, as: Issued): Promise<string> {
  const path = `/v2/${repository}/manifests/${reference}`
  const manifest = demand(await server.sendLikeDocker('GET', path, { as }), 200)
  for (const part of [manifest.json.config, ...manifest.json.layers]) {
    const blob = demand(
      await server.sendLikeDocker('GET', `/v2/${repository}/blobs/${part.digest}`, { as }),
      200,
    )
    expect(digestOf(blob.body)).toBe(part.digest)
  }
  return digestOf(manifest.body)
}

/** What is carried, table by table. */
async function digests({ settings }: Place): Promise<Record<string, unknown>> {
  const config = readConfig(settings)
  if (config.type === 'error') throw new Error(config.error.join())
  const snapshot = await openSnapshot(metadataLocation(config.value))
  const found: Record<string, unknown> = {}
  for (const [table, columns] of snapshot.tables)
    found[table] = await digestTable(columns, snapshot.rows(table))
  await snapshot.close()
  return found
}

const skipWithoutPostgres = (...databases: readonly Database[]): void =>
  beforeEach((context) => {
    if (databases.includes('postgres') && postgres === undefined) context.skip('PostgreSQL is not installed')
  })

const PAIRS = DATABASES.flatMap((from) => DATABASES.map((to) => [from, to] as const))

describe.each(PAIRS)('from %s to %s', (from, to) => {
  skipWithoutPostgres(from, to)

  it(
    'restores everything that was acknowledged when a backup beside a busy server began',
    { timeout: PATIENCE },
    async () => {
      const source = await newPlace(from)
      const server = await start(source)
      const estate = await settle(server)
      const directory = newPath('backup')
      let busy = true
      const acknowledged: Document[] = []
      const { promise: underWay, resolve: enough } = Promise.withResolvers<void>()
      const pushing = Array.from({ length: 3 }, async (_, worker) => {
        for (let round = 0; busy; round += 1) {
          const pushed = await pushImage(server, `acme/busy-${worker}`, { as: estate.ci, tag: `v${round}` })
          if (acknowledged.push(pushed.manifest) === 10) enough()
        }
      })
      await underWay
      const before = [...acknowledged]
      const report = await save(source, directory)
      busy = false
      await Promise.all(pushing)
      await server.close()
      expect(report.audit).toEqual({ chains: 3, events: 9, broken: [] })
      expect(await checkBackup({ ...quiet(), directory })).toMatchObject({
        blobs: { count: report.blobs.count },
      })

      const target = await withSealKeyOf(source, await newPlace(to))
      const restored = await load(target, directory)
      expect(restored).toMatchObject({
        rows: report.rows,
        blobs: { count: report.blobs.count, bytes: report.blobs.bytes },
      })
      const again = await start(target)
      await expectThere(again, estate)
      const there = await imagesIn(again, estate.ci)
      for (const { digest } of before) expect(there).toContain(digest)
      expect(there.length).toBeLessThanOrEqual(acknowledged.length)
      await again.close()
      await expect(load(target, directory)).rejects.toMatchObject({
        exit: 'conflict',
        message: expect.stringMatching(
          /^the target is not empty: it has 2 in `organization`, 1 in `user_account`/,
        ),
      })
    },
  )

  it(
    'moves, prepared while the server runs, and everything is the same afterwards',
    { timeout: PATIENCE },
    async () => {
      const source = await newPlace(from)
      const target = await newPlace(to)
      const file = newPath('settings')
      await writeFile(file, linesOf(target))
      const moving = { ...quiet(), environment: source.settings, to: file }
      const server = await start(source)
      const estate = await settle(server)
      await pushImage(server, 'acme/gone', { as: estate.ci, tag: 'v1' })
      const prepared = await prepareMove(moving)
      await server.deleteRepository('acme', 'gone')
      expect(prepared.blobs.copied).toBe(prepared.blobs.count)
      await expect(move(moving)).rejects.toMatchObject({
        exit: 'conflict',
        message: expect.stringContaining('stop the servers first'),
      })
      const last = await pushImage(server, 'acme/app', { as: estate.ci, tag: 'last' })
      await server.close()
      await expect(start(target)).rejects.toThrow('was begun and has not ended')
      const before = await digests(source)
      const moved = await move(moving)
      expect(moved.blobs.copied).toBe(2)
      expect(moved.blobs.count).toBe(prepared.blobs.count - 2 + 2)
      expect(await digests(target)).toEqual(before)
      const again = await start(target)
      await expectThere(again, { ...estate, images: [...estate.images, last.manifest] })
      // What was brought in vain is collected like anything else that nothing links.
      const idle = { touchedBefore: again.now() + 1, limit: 100 }
      expect((await again.house.store.read.blobs.garbage(idle)).blobs).toBe(5)
      await again.close()
      expect((await stat(join(target.directory, 'seal.key'))).mode & 0o777).toBe(0o600)
    },
  )
})

describe('with images in a bucket', () => {
  skipWithoutPostgres('postgres')
  let s3: Awaited<ReturnType<typeof startS3rver>>
  beforeAll(async () => {
    s3 = await startS3rver()
  })
  afterAll(() => s3.close())

  const inBucket = ({ settings, directory }: Place, prefix: string): Place => {
    const bytes = bucketSettings({ ...s3.place, prefix })
    return { directory, settings: { ...settings, ...bytes } }
  }

  async function moveTo(source: Place, target: Place) {
    const file = newPath('settings')
    await writeFile(file, linesOf(target))
    return move({ ...quiet(), environment: source.settings, to: file })
  }

  it(
    'moves from SQLite and files to PostgreSQL and a bucket, by itself to another database, and back',
    { timeout: PATIENCE },
    async () => {
      const places = [
        await newPlace('sqlite'),
        inBucket(await newPlace('postgres'), 'one/'),
        inBucket(await newPlace('sqlite'), 'one/'),
        inBucket(await newPlace('sqlite'), 'two/'),
        await newPlace('postgres'),
      ]
      const [first] = places
      if (first === undefined) throw new Error('there are five')
      const server = await start(first)
      const estate = await settle(server)
      await server.close()
      const before = await digests(first)
      for (const [index, place] of places.slice(1).entries()) {
        const moved = await moveTo(places[index] ?? first, place)
        expect(moved.blobs.copied).toBe(moved.blobs.count)
        expect(await digests(place)).toEqual(before)
      }
      for (const place of places.slice(2)) {
        const again = await start(place)
        await expectThere(again, estate)
        await again.close()
      }
    },
  )

  it('is backed up out of one bucket and restored into another', { timeout: PATIENCE }, async () => {
    const source = inBucket(await newPlace('postgres'), 'source/')
    const server = await start(source)
    const estate = await settle(server)
    const directory = newPath('backup')
    const report = await save(source, directory)
    await server.close()
    const target = await withSealKeyOf(source, inBucket(await newPlace('sqlite'), 'target/'))
    expect((await load(target, directory)).blobs.count).toBe(report.blobs.count)
    const again = await start(target)
    await expectThere(again, estate)
    await again.close()
    const beside = await withSealKeyOf(source, inBucket(await newPlace('sqlite'), 'target/'))
    await expect(load(beside, directory)).rejects.toThrow('the blob store is not empty')
    const nowhere = { ...source, settings: { ...source.settings, WHARDEN_S3_BUCKET: 'nowhere' } }
    await expect(save(nowhere, directory)).rejects.toMatchObject({
      exit: 'failed',
      message: expect.stringContaining('bucket `nowhere`'),
    })
  })
})

function linesOf({ settings }: Place): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

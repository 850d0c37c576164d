/**
 * Garbage collection against a model: whatever clients, administrators, time and a collector that may die anywhere do, in
 * whatever order, nothing that is needed is lost, and nothing that isn't stays for ever.
 * `COLLECTION_ROUNDS=500` looks harder; a failure prints the seed and the shortest history that fails.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDigest } from '@wharden/oci'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anyCommand, expectAllHeld, type Real } from './collection/commands.ts'
import { createModel, neededBy, type Model } from './collection/model.ts'
import { createSteppedCollector } from './collection/stepped-collector.ts'
import { startS3rver } from '../src/stores/blobs/s3/contract-s3rver.ts'
import { openMetadataStore, type MetadataLocation } from '../src/stores/metadata/open.ts'
import { bucketSettings } from './bucket-settings.ts'
import { ALL, required, type Issued } from './fixtures.ts'
import { newBlob } from './images.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { startServer, type Server } from './server.ts'

const DAY = 24 * 3_600_000
const ROUNDS = Number(process.env.COLLECTION_ROUNDS ?? 15)

/** Where rows are and where bytes are. */
const STORES = [
  { database: 'sqlite', blobs: 'files' },
  { database: 'postgres', blobs: 'files' },
  { database: 'sqlite', blobs: 'a bucket' },
] as const

describe.each(STORES)('garbage collection on $database and $blobs', ({ database, blobs }) => {
  let bucket: Awaited<ReturnType<typeof startS3rver>> | undefined
  let postgres: TestPostgres | undefined
  let directory: string
  let server: Server | undefined
  let ci: Issued
  let round = 0

  beforeAll(async () => {
    postgres = database === 'postgres' ? await startPostgres() : undefined
    if (database === 'postgres' && postgres === undefined) return
    directory = await mkdtemp(join(tmpdir(), 'wharden-collection-'))
    const url = await postgres?.createDatabase()
    await keepOwnJobsAway(
      url === undefined ? { type: 'sqlite', file: join(directory, 'wharden.db') } : { type: 'postgres', url },
    )
    bucket = blobs === 'a bucket' ? await startS3rver() : undefined
    const settings = bucket === undefined ? {} : bucketSettings(bucket.place)
    server = await startServer({ directory, settings, ...(url !== undefined && { database: { url } }) })
    await server.organization('acme')
    ci = await server.oat('acme', { '*': ALL })
  })
  beforeEach((context) => {
    if (server === undefined) context.skip('PostgreSQL is not installed')
  })
  afterAll(async () => {
    await server?.close()
    await postgres?.stop()
    await bucket?.close()
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
  })

  function setUp(): { model: Model; real: Real } {
    const used = required(server)
    const beginning = `acme/round${(round += 1)}`
    return {
      model: createModel(),
      real: {
        server: used,
        ci,
        after: DAY,
        collector: createSteppedCollector(used.house, DAY),
        blobs: Array.from({ length: 4 }, () => newBlob(100)),
        full: (name) => `${beginning}/${name}`,
        begun: [],
      },
    }
  }

  test('nothing needed is lost, nothing else stays for ever', { timeout: 600_000 }, async () => {
    const histories = fc.commands([...anyCommand], { maxCommands: 120, size: 'max' })
    const property = fc.asyncProperty(histories, async (history) => {
      const { model, real } = setUp()
      const before = await keysOf(real)
      await fc.asyncModelRun(() => ({ model, real }), history)
      await expectAllHeld(model, real)
      await real.collector.die()
      await expectNothingElse(model, real, before)
      for (const name of model.repositories.keys())
        await real.server
          .deleteRepository('acme', real.full(name).slice('acme/'.length))
          .catch(() => undefined)
      await expectNothingElse(createModel(), real, before)
    })
    await fc.assert(property, { numRuns: ROUNDS, endOnFailure: false })
  })
})

/** After time enough, what lies in the blob store is what living manifests need, and no more. */
async function expectNothingElse(model: Model, real: Real, before: ReadonlySet<string>): Promise<void> {
  const { store } = real.server.house
  for (let run = 0; run < 3; run += 1) {
    real.server.pass(2 * DAY)
    await real.collector.finish()
  }
  await expectAllHeld(model, real)
  const needed = new Set([...model.repositories.values()].flatMap((repository) => [...neededBy(repository)]))
  const keys = await Promise.all(
    [...needed].map(
      async (digest) => required(await store.read.blobs.find(required(parseDigest(digest)))).key,
    ),
  )
  const there = [...(await keysOf(real))].filter((key) => !before.has(key))
  expect(there.sort()).toEqual(keys.sort())
}

/** What a round that failed left behind is not the next one's fault. */
async function keysOf({ server }: Real): Promise<ReadonlySet<string>> {
  const keys = new Set<string>()
  for await (const some of server.house.blobs.keys(Number.MAX_SAFE_INTEGER))
    for (const key of some) keys.add(key)
  return keys
}

/** The server under test never leads: it is the test's collector that runs. */
async function keepOwnJobsAway(location: MetadataLocation): Promise<void> {
  const store = await openMetadataStore(location)
  await store.single.leases.acquire('jobs', 'the test', 1_000 * 365 * DAY)
  await store.close()
}

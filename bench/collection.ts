/**
 * What a run of garbage collection costs where very many blobs are needed and a few are not, and how long an
 * administrator's change waits beside it.
 *
 *   node bench/collection.ts                    a million blobs, one in a thousand of them garbage, on SQLite
 *   node bench/collection.ts --postgres URL     an empty database
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectTo } from '../packages/server/test/connect-to.ts'
import { collectGarbage } from '../packages/server/src/jobs/collect-garbage.ts'
import { LINKED } from '../packages/server/src/stores/metadata/nouns/blob-collection.ts'
import { openMetadataStore, type MetadataLocation } from '../packages/server/src/stores/metadata/open.ts'
import { populate, type Population } from '../packages/server/test/collection/populate.ts'

const { values } = parseArgs({
  options: {
    blobs: { type: 'string', default: '1000000' },
    garbage: { type: 'string' },
    postgres: { type: 'string' },
    unseen: { type: 'boolean', default: false },
  },
})
const blobs = Number(values.blobs)
const HOUR = 3_600_000
const actor = { type: 'system', id: 'bench', name: 'bench' } as const
const population: Population = {
  blobs,
  garbage: Number(values.garbage ?? blobs / 1_000),
  idleSince: Date.now() - 48 * HOUR,
  // As after an upgrade, or a day on which all of them were pushed; else as at any other time.
  linkedSince: values.unseen ? Date.now() - 48 * HOUR : LINKED,
}
const directory = await mkdtemp(join(tmpdir(), 'wharden-bench-'))
const location: MetadataLocation =
  values.postgres === undefined
    ? { type: 'sqlite', file: join(directory, 'metadata.db') }
    : { type: 'postgres', url: values.postgres }
await openMetadataStore(location).then((store) => store.close())
await fill()

let ahead = 0
const store = await openMetadataStore(location, { now: () => Date.now() + ahead })
await measure('counting what is garbage', () =>
  store.read.blobs.garbage({ touchedBefore: Date.now(), limit: 10_000 }),
)
await measure('changes alone', () => pause(1_000, {}))
await measure('dropping links', run)
await measure('a run that finds nothing', run)
ahead += 25 * HOUR
await measure('marking blobs', run)
ahead += 2 * HOUR
await measure('the second pass', run)
await store.close()
await rm(directory, { recursive: true })

function run() {
  return collectGarbage(
    { store, blobs: { delete: async () => undefined } },
    { after: 24 * HOUR },
    new AbortController().signal,
  )
}

/** Beside an administrator who changes something as often as it goes. */
async function measure(what: string, work: () => Promise<object>): Promise<void> {
  const before = process.cpuUsage()
  const began = performance.now()
  let over = false
  const waits = administer(() => over)
  const done = await work()
  const milliseconds = performance.now() - began
  over = true
  const { user, system } = process.cpuUsage(before)
  const waited = (await waits).sort((a, b) => a - b)
  const p99 = waited[Math.floor(waited.length * 0.99)] ?? 0
  console.log(
    `${what}: ${milliseconds.toFixed(0)} ms, ${((user + system) / 1_000).toFixed(0)} ms of CPU here; ` +
      `${waited.length} changes beside it, p99 ${p99.toFixed(1)} ms, longest ${(waited.at(-1) ?? 0).toFixed(1)} ms; ${JSON.stringify(done)}`,
  )
}

async function administer(over: () => boolean): Promise<number[]> {
  const waits: number[] = []
  do {
    const began = performance.now()
    await store.change(store.installation, actor, (tx) => tx.settings.put('bench', waits.length))
    waits.push(performance.now() - began)
  } while (!over())
  return waits
}

async function fill(): Promise<void> {
  const statements = populate(location.type, population)
  if (location.type === 'sqlite') {
    const database = new DatabaseSync(location.file)
    for (const statement of statements) database.exec(statement)
    return database.close()
  }
  const client = await connectTo(location.url)
  for (const statement of statements) await client.query(statement)
  await client.end()
}

/**
 * What the metadata store's hot look-ups and writes cost, on SQLite or on a PostgreSQL that one names.
 *
 *   node bench/metadata.ts                    20,000 tokens
 *   node bench/metadata.ts --tokens 1000000   a million
 *   node bench/metadata.ts --postgres URL     an empty database
 */
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { connectTo } from '../packages/server/test/connect-to.ts'
import { parseDigest, parseRepositoryName, parseTag } from '../packages/oci/src/index.ts'
import { parseAccountName } from '../packages/policy/src/index.ts'
import { newBlobKey } from '../packages/server/src/stores/blobs/blob-key.ts'
import {
  migrateMetadataStore,
  openMetadataStore,
  type MetadataLocation,
} from '../packages/server/src/stores/metadata/open.ts'
import type { MetadataStore } from '../packages/server/src/stores/metadata/port.ts'

const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '20000' },
    postgres: { type: 'string' },
    seconds: { type: 'string', default: '3' },
  },
})
const tokens = Number(values.tokens)
const milliseconds = Number(values.seconds) * 1_000
const actor = { type: 'system', id: 'bench', name: 'bench' } as const

const directory = await mkdtemp(join(tmpdir(), 'wharden-bench-'))
const location: MetadataLocation =
  values.postgres === undefined
    ? { type: 'sqlite', file: join(directory, 'metadata.db') }
    : { type: 'postgres', url: values.postgres, connections: 16 }

const filledIn = await timed(() => fill())
console.log(
  `${location.type}, ${tokens} registry tokens with one rule each, filled in ${filledIn.toFixed(1)} s`,
)
const store = await openMetadataStore(location)
try {
  await measure(store)
} finally {
  await store.close()
  await rm(directory, { recursive: true, force: true })
}

async function measure({ read, single, write, change }: MetadataStore): Promise<void> {
  const { organization, repository, digest, tag } = await push()
  const random = () => hashOf(Math.floor(Math.random() * tokens))
  await rate('credential by secret hash, with rules', 1, () => read.credentials.fileBySecret(random()))
  await rate('repository by name', 1, () => read.repositories.byName(organization.id, repository.name))
  await rate('manifest by tag', 1, () => read.manifests.byTag(repository.id, tag))
  await rate('blob link', 1, () => read.blobs.linked(repository.id, digest))
  const job = () => single.leases.acquire(`job${Math.floor(Math.random() * 1_000)}`, 'bench', 1_000)
  for (const width of [1, 64]) {
    await rate(`single write, ${width} at once`, width, job)
    await rate(`content transaction (blob published and linked), ${width} at once`, width, () =>
      write(async (tx) => {
        const fresh = digestOf(Math.random())
        await tx.blobs.publish({ digest: fresh, key: newBlobKey(Date.now()), size: 1 })
        await tx.blobs.link(repository.id, fresh)
      }),
    )
    await rate(`administrative change with its event, ${width} at once`, width, () =>
      change(organization.id, actor, async (tx) => {
        await tx.policies.put(organization.id, 'bench', {})
        await tx.record({ type: 'bench', detail: { a: 1 } })
      }),
    )
  }
}

async function push() {
  const name = parsed(parseAccountName('myregistry'))
  const organization = present(await store.read.organizations.byName(name))
  const digest = digestOf(1)
  const tag = present(parseTag('latest'))
  const { repository } = await store.write(async (tx) => {
    const activated = await tx.repositories.activate(
      organization.id,
      parsed(parseRepositoryName('samples/nginx')),
    )
    const { id } = activated.repository
    await tx.blobs.publish({ digest, key: newBlobKey(Date.now()), size: 1 })
    await tx.blobs.link(id, digest)
    const body = Buffer.alloc(800, '{')
    const manifest = {
      repository: id,
      digest,
      mediaType: 'm',
      annotations: {},
      body,
      blobs: [digest],
      manifests: [],
      tag,
    }
    await tx.manifests.put(manifest)
    return activated
  })
  return { organization, repository, digest, tag }
}

/** As many at once as `width` says, for some seconds. */
async function rate(what: string, width: number, act: () => Promise<unknown>): Promise<void> {
  for (let warm = 0; warm < 200; warm += 1) await act()
  const took: number[] = []
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const until = startedAt + milliseconds
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let now = performance.now(); now < until;) {
        await act()
        const after = performance.now()
        took.push(after - now)
        now = after
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  took.sort((a, b) => a - b)
  const p99 = took[Math.floor(took.length * 0.99)] ?? 0
  const columns = [
    `${Math.round(took.length / seconds).toLocaleString('en')}/s`.padStart(12),
    `${((user + system) / took.length).toFixed(1)} µs CPU`.padStart(14),
    `p99 ${p99.toFixed(3)} ms`.padStart(14),
  ]
  console.log(`${columns.join('  ')}  ${what}`)
}

/** Past the store: a million changes would be the benchmark of something else. */
async function fill(): Promise<void> {
  await migrateMetadataStore(location, { type: 'apply' })
  const opened = await openMetadataStore(location)
  const organization = await opened.change(opened.installation, actor, async (tx) =>
    present(await tx.organizations.create({ name: parsed(parseAccountName('myregistry')) })),
  )
  await opened.close()
  if (location.type === 'sqlite') fillSqlite(location.file, organization.id)
  else await fillPostgres(location.url, organization.id)
}

function fillSqlite(file: string, organization: string): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  const credential = database.prepare(
    `INSERT INTO credential (id, kind, organization_id, name, description, status, scopes, allowed_addresses, created_by, created_at,
       version, session_version) VALUES (?, 'registry-token', ?, ?, '', 'active', '[]', '[]', 'bench', 0, 1, 1)`,
  )
  const secret = database.prepare("INSERT INTO credential_secret VALUES (?, ?, 'password1', 0, NULL)")
  const rule = database.prepare(
    'INSERT INTO permission_rule VALUES (?, ?, NULL, 0, ?, NULL, \'["content/read","content/write"]\', \'samples/*\')',
  )
  const pattern = JSON.stringify({ type: 'under', organization, prefix: 'samples/' })
  for (let index = 0; index < tokens; index += 1) {
    const id = hash('md5', `token ${index}`)
    credential.run(id, organization, `device${index}`)
    secret.run(hashOf(index), id)
    rule.run(`rule of ${id}`, id, pattern)
  }
  database.exec('COMMIT; ANALYZE')
  database.close()
}

async function fillPostgres(url: string, organization: string): Promise<void> {
  const client = await connectTo(url)
  const series = `generate_series(0, ${tokens - 1}) AS n`
  await client.query(
    `INSERT INTO credential (id, kind, organization_id, name, description, status, scopes, allowed_addresses, created_by, created_at,
       version, session_version)
     SELECT md5('token ' || n), 'registry-token', $1, 'device' || n, '', 'active', '[]', '[]', 'bench', 0, 1, 1 FROM ${series}`,
    [organization],
  )
  await client.query(
    `INSERT INTO credential_secret SELECT sha256(('secret ' || n)::bytea), md5('token ' || n), 'password1', 0, NULL FROM ${series}`,
  )
  await client.query(
    `INSERT INTO permission_rule SELECT 'rule of ' || n, md5('token ' || n), NULL, 0, $1, NULL, '["content/read","content/write"]', 'samples/*' FROM ${series}`,
    [JSON.stringify({ type: 'under', organization, prefix: 'samples/' })],
  )
  await client.query('ANALYZE')
  await client.end()
}

function hashOf(index: number): Uint8Array {
  return hash('sha256', `secret ${index}`, 'buffer')
}

function digestOf(seed: number) {
  return present(parseDigest(`sha256:${hash('sha256', String(seed))}`))
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return (performance.now() - startedAt) / 1_000
}

function parsed<Value>(result: { type: 'ok'; value: Value } | { type: 'error' }): Value {
  if (result.type === 'error') throw new Error('it should parse')
  return result.value
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it should be there')
  return value
}

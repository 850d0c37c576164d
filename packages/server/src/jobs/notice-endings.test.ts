import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAccountName } from '@wharden/policy'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { startPostgres } from '../../test/postgres.ts'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { NewCredential } from '../stores/metadata/port/credentials.ts'
import type { MetadataStore, Tenant } from '../stores/metadata/port.ts'
import { SYSTEM } from '../system-actor.ts'
import { noticeEndings } from './notice-endings.ts'

const DAY = 86_400_000
const BEGIN = Date.UTC(2026, 10, 21)

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

let directory: string
let store: MetadataStore
let acme: Tenant
let now: number

const open = () =>
  openMetadataStore({ type: 'sqlite', file: join(directory, 'wharden.db') }, { now: () => now })

beforeEach(async () => {
  now = BEGIN
  directory = await mkdtemp(join(tmpdir(), 'wharden-notices-'))
  store = await open()
  const name = parseAccountName('acme')
  if (name.type === 'error') throw new Error('no name')
  const made = await store.change(store.installation, SYSTEM, (tx) =>
    tx.organizations.create({ name: name.value }),
  )
  acme = made?.id ?? store.installation
})
afterEach(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

const make = (days: number, fields: Partial<NewCredential> = {}) =>
  store.change(acme, SYSTEM, (tx) =>
    tx.credentials.create({
      kind: 'oat',
      organization: acme,
      name: `${days} days`,
      createdBy: 'ann',
      expiresAt: BEGIN + days * DAY,
      secrets: [],
      ...fields,
    }),
  )

const run = () => noticeEndings(store, now, new AbortController().signal)

async function told(tenant: Tenant): Promise<readonly string[]> {
  const { items } = await store.read.audit.list(tenant, { limit: 1_000 })
  return items
    .filter(({ type }) => type === 'token_expiring')
    .map(({ detail }) => {
      const { name, days } = detail['after'] as { name: string; days: number }
      return `${name}: ${days}`
    })
    .toReversed()
}

test('a token’s end is told thirty days, a week and a day before, once each, restarts between', async () => {
  await make(90)
  const given: number[] = []
  for (let day = 0; day <= 92; day += 1) {
    now = BEGIN + day * DAY
    given.push(await run())
    if (day % 10 === 0) {
      await store.close()
      store = await open()
    }
  }
  expect(await told(acme)).toEqual(['90 days: 30', '90 days: 7', '90 days: 1'])
  expect(given.flatMap((count, day) => (count > 0 ? [day] : []))).toEqual([60, 83, 89])
})

test('one that was made for so short is not told of at its making, nor is a session, nor what has no end', async () => {
  await make(30)
  await make(7)
  await make(1)
  await make(2, { kind: 'session' })
  await make(0, { expiresAt: undefined })
  expect([await run(), await told(acme)]).toEqual([0, []])
  now = BEGIN + 6.5 * DAY
  await run()
  expect(await told(acme)).toEqual(['7 days: 1'])
})

test('after a time without a leader only the nearest is told', async () => {
  await make(90)
  now = BEGIN + 89.5 * DAY
  expect([await run(), await run(), await told(acme)]).toEqual([1, 0, ['90 days: 1']])
})

test('two that lead at the same time tell it once; a personal token’s end is told in the installation’s log', async () => {
  for (let n = 0; n < 250; n += 1) await make(40)
  await make(40, { kind: 'pat', organization: undefined, name: 'mine' })
  now = BEGIN + 20 * DAY
  const given = await Promise.all([run(), run(), run()])
  expect(given.reduce((sum, count) => sum + count)).toBe(251)
  expect([(await told(acme)).length, await told(store.installation)]).toEqual([250, ['mine: 30']])
  expect((await store.read.audit.verify(acme)).type).toBe('intact')
})

test.skipIf(postgres === undefined)('of three replicas on PostgreSQL one tells it', async () => {
  const location = { type: 'postgres', url: (await postgres?.createDatabase()) ?? '' } as const
  const replicas = [
    await openMetadataStore(location),
    await openMetadataStore(location),
    await openMetadataStore(location),
  ]
  const [one] = replicas
  try {
    if (one === undefined) throw new Error('no replica')
    const begin = one.now()
    const expiresAt = begin + 40 * DAY
    await one.change(one.installation, SYSTEM, async (tx) => {
      for (let n = 0; n < 20; n += 1)
        await tx.credentials.create({ kind: 'pat', name: `${n}`, createdBy: 'ann', expiresAt, secrets: [] })
    })
    const at = begin + 15 * DAY
    const given = await Promise.all(
      replicas.map((each) => noticeEndings(each, at, new AbortController().signal)),
    )
    expect(given.reduce((sum, count) => sum + count)).toBe(20)
    const { items } = await one.read.audit.list(one.installation, { limit: 100 })
    expect(items.filter(({ type }) => type === 'token_expiring')).toHaveLength(20)
  } finally {
    for (const each of replicas) await each.close()
  }
})

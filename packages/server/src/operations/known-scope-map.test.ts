import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Action, OrganizationId, ScopeMapId } from '@wharden/policy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGeneration } from '../generation.ts'
import { createOrganization, required, SYSTEM } from '../stores/metadata/contract/harness.ts'
import { openMetadataStore } from '../stores/metadata/open.ts'
import type { Change } from '../stores/metadata/port/changes.ts'
import type { NewRule } from '../stores/metadata/port/credentials.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { createCaches } from './caches.ts'
import type { KnownCredential } from './known-credential.ts'

let directory: string
let store: MetadataStore
let organization: OrganizationId

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-maps-'))
  store = await openMetadataStore({ type: 'sqlite', file: join(directory, 'metadata.db') })
  organization = (await createOrganization(store)).id
})
afterAll(async () => {
  await store.close()
  await rm(directory, { recursive: true })
})

/** The memory of a node that hears of changes when it is told, as a replica does, and how often it read a map's rules. */
/** @param meanwhile happens once, when a token was read and its map is about to be */
function openNode(mostRules?: number, meanwhile?: () => Promise<unknown>) {
  const waiting: Change[] = []
  let listener: (change: Change) => void = () => {}
  const stop = store.changes.subscribe((change) => waiting.push(change))
  const generation = createGeneration({
    subscribe: (listen) => {
      listener = listen
      return () => {}
    },
    unconfirmedFor: () => 0,
  })
  let reads = 0
  const scopeMaps = {
    ...store.read.scopeMaps,
    fileById: async (id: ScopeMapId) => {
      reads += 1
      if (reads === 1) await meanwhile?.()
      return store.read.scopeMaps.fileById(id)
    },
  }
  const caches = createCaches({ ...store, read: { ...store.read, scopeMaps } }, generation, mostRules)
  return {
    known: async (id: Token) => required(await caches.credentials.get(id)),
    kept: () => caches.credentials.size(),
    reads: () => reads,
    hear: () => waiting.splice(0).forEach((change) => listener(change)),
    [Symbol.dispose]: stop,
  }
}

type Token = KnownCredential['record']['id']

const change: <Value>(work: Parameters<typeof store.change<Value>>[2]) => Promise<Value> = (work) =>
  store.change(organization, SYSTEM, work)

function giving(...actions: readonly Action[]): readonly NewRule[] {
  return [{ pattern: { type: 'under', organization, prefix: 'a/' }, actions, label: 'a/*' }]
}

async function makeMap(name: string): Promise<ScopeMapId> {
  const rules = giving('content/read', 'content/write')
  return required(await change((tx) => tx.scopeMaps.create({ organization, name, rules }))).id
}

async function makeToken(name: string, scopeMap: ScopeMapId, rules: readonly NewRule[] = []): Promise<Token> {
  const token = { kind: 'registry-token', organization, name, scopeMap, rules, secrets: [] } as const
  return required(await change((tx) => tx.credentials.create({ ...token, createdBy: 'a test' }))).id
}

function sharedOf({ principal }: KnownCredential) {
  return principal.grants.under.get(organization)
}

function actionsOf(known: KnownCredential): readonly Action[] {
  return (
    sharedOf(known)
      ?.entries.get('a/')
      ?.flatMap(({ actions }) => actions) ?? []
  )
}

test('all tokens of a scope map share what it gives, whatever they have besides, and it is read once', async () => {
  using node = openNode()
  const map = await makeMap('shared')
  const upstream: NewRule = { pattern: { type: 'public' }, actions: ['content/read'], label: 'public' }
  const ids = [
    await makeToken('one', map),
    await makeToken('two', map),
    await makeToken('three', map, [upstream]),
  ]
  const [one, two, three] = (await Promise.all(ids.map(node.known))).map(sharedOf)
  expect(one?.entries.size).toBe(1)
  expect([two === one, three === one, node.reads()]).toEqual([true, true, 1])
})

test('a token is never given what its map gave before, nor an older one what its map gives now, but together with the news', async () => {
  using node = openNode()
  const map = await makeMap('changed')
  const old = await makeToken('old', map)
  await node.known(old)
  node.hear()
  await change((tx) => tx.scopeMaps.update(map, { rules: giving('content/read') }))
  const fresh = await makeToken('fresh', map)
  expect(actionsOf(await node.known(fresh))).toEqual(['content/read'])
  expect(actionsOf(await node.known(old))).toEqual(['content/read', 'content/write'])
  node.hear()
  expect(actionsOf(await node.known(old))).toEqual(['content/read'])
})

test('a change of a scope map is one reading more, however many tokens ask after it; its deletion leaves them nothing', async () => {
  using node = openNode()
  const map = await makeMap('deleted')
  const ids = await Promise.all(Array.from({ length: 20 }, (_, at) => makeToken(`of-many-${at}`, map)))
  await Promise.all(ids.map(node.known))
  await change((tx) => tx.scopeMaps.update(map, { rules: giving('metadata/read') }))
  node.hear()
  const changed = await Promise.all(ids.map(node.known))
  expect(changed.map(actionsOf)).toEqual(ids.map(() => ['metadata/read']))
  expect(node.reads()).toBe(2)
  await change((tx) => tx.scopeMaps.delete(map))
  node.hear()
  const deleted = await Promise.all(ids.map(node.known))
  expect([deleted.flatMap(actionsOf), node.reads()]).toEqual([[], 2])
})

test('a map that makes room for others takes the tokens with it that hold what it gives', async () => {
  using node = openNode(3)
  const maps = [
    await makeMap('room-1'),
    await makeMap('room-2'),
    await makeMap('room-3'),
    await makeMap('room-4'),
  ]
  const ids = await Promise.all(maps.map((map, at) => makeToken(`with-room-${at}`, map)))
  for (const id of ids.slice(0, 3)) await node.known(id)
  expect([node.kept(), node.reads()]).toEqual([3, 3])
  for (const id of ids.slice(3)) await node.known(id)
  expect([node.kept(), node.reads()]).toEqual([3, 4])
  const again = await node.known(required(ids[0]))
  expect([actionsOf(again), node.reads()]).toEqual([['content/read', 'content/write'], 5])
})

test('what a map gives since a token was taken off it, that token is not given, though it was read before', async () => {
  const [map, other] = [await makeMap('left-behind'), await makeMap('moved-to')]
  const [moved, stayed] = [await makeToken('moved', map), await makeToken('stayed', map)]
  const widen = () =>
    change(async (tx) => {
      await tx.credentials.update(moved, { scopeMap: other })
      await tx.scopeMaps.update(map, { rules: giving('content/delete') })
    })
  using node = openNode(undefined, widen)
  expect(actionsOf(await node.known(moved))).toEqual([])
  expect(actionsOf(await node.known(stayed))).toEqual(['content/delete'])
  node.hear()
  expect(actionsOf(await node.known(moved))).toEqual(['content/read', 'content/write'])
})

test('what a map gives since a token was read, it is given if it has the map still', async () => {
  const map = await makeMap('widened')
  const token = await makeToken('reader', map)
  using node = openNode(undefined, () =>
    change((tx) => tx.scopeMaps.update(map, { rules: giving('content/delete') })),
  )
  expect(actionsOf(await node.known(token))).toEqual(['content/delete'])
})

import type { RepositoryId } from '@wharden/policy'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Page } from '../port/page.ts'
import type { Topic } from '../port/changes.ts'
import type { OrganizationRecord } from '../port/accounts.ts'
import type { RepositoryRecord, VisibleFilter } from '../port/repositories.ts'
import {
  accountName,
  createBlob,
  createOrganization,
  digest,
  repositoryName,
  required,
  storeFor,
  SYSTEM,
  tag,
  type Harness,
} from './harness.ts'

/** Between them, every pair that ICU, or a sort by organization first, would put in another order than bytes do. */
const NAMES = [
  'a',
  'a/b',
  'a-b',
  'a.b',
  'a_b',
  'ab',
  'a--b',
  'a-b/c',
  'ab/c',
  'b',
  'v1',
  'v1-2',
  'v1/2',
  'v12',
  'zz/yy/xx',
]
const ORGANIZATIONS = ['list', 'list-b', 'list-b-c', 'lista', 'zlast']

export function repositoriesContract(harness: Harness): void {
  describe('repositories', () => {
    const store = storeFor(harness)

    test('a name that is granted is reserved: shown to nobody, and the push that makes it gives it the same id', async () => {
      const { id } = await createOrganization(store())
      const name = repositoryName('samples/nginx')
      const reserved = await store().change(id, SYSTEM, (tx) => tx.repositories.resolveOrReserve(id, name))
      expect(reserved).toMatchObject({ state: 'reserved', visibility: 'private' })
      expect((await store().read.repositories.list(id, { type: 'all' }, { limit: 9 })).items).toEqual([])
      expect(await store().read.repositories.count(id)).toBe(0)
      const pushed = await store().write((tx) => tx.repositories.activate(id, name, { visibility: 'public' }))
      expect(pushed).toMatchObject({
        created: true,
        repository: { id: reserved.id, state: 'live', visibility: 'public' },
      })
      const again = await store().write((tx) => tx.repositories.activate(id, name, { visibility: 'private' }))
      expect(again).toMatchObject({ created: false, repository: { id: reserved.id, visibility: 'public' } })
      const granted = await store().change(id, SYSTEM, (tx) => tx.repositories.resolveOrReserve(id, name))
      expect(granted).toEqual(again.repository)
    })

    test('many names are resolved at once, those that have no repository yet are reserved and announced, each once', async () => {
      const { id } = await createOrganization(store())
      const names = Array.from({ length: 300 }, (_, at) => repositoryName(`many/app${at}`))
      const [live, reserved] = [required(names[7]), required(names[8])]
      const { repository } = await store().write((tx) => tx.repositories.activate(id, live))
      const before = await store().change(id, SYSTEM, (tx) => tx.repositories.resolveOrReserve(id, reserved))
      const heard: Topic[] = []
      const unsubscribe = store().changes.subscribe((change) =>
        heard.push(...(change.type === 'topics' ? change.topics : [])),
      )
      const reserve = () => store().change(id, SYSTEM, (tx) => tx.repositories.reserve(id, [...names, live]))
      const ids = await reserve()
      unsubscribe()
      expect([ids.get(live), ids.get(reserved)]).toEqual([repository.id, before.id])
      expect(new Set(ids.values()).size).toBe(names.length)
      const fresh = names.filter((name) => name !== live && name !== reserved)
      expect(heard.toSorted()).toEqual(fresh.map((name) => `repository-name:${id}/${name}`).toSorted())
      expect(await reserve()).toEqual(ids)
      expect(await store().read.repositories.count(id)).toBe(1)
    })

    test('a push that makes a repository is announced: somebody may remember that there was none', async () => {
      const { id } = await createOrganization(store())
      const heard: unknown[] = []
      const unsubscribe = store().changes.subscribe((change) => heard.push(change))
      const { repository } = await store().write((tx) => tx.repositories.activate(id, repositoryName('new')))
      await store().write((tx) => tx.repositories.activate(id, repositoryName('new')))
      unsubscribe()
      const topics = [`repository:${repository.id}`, `repository-name:${id}/new`]
      expect(heard).toEqual([{ type: 'topics', raised: undefined, topics }])
    })

    test('of many pushes to a new name at once, one makes the repository', async () => {
      const { id } = await createOrganization(store())
      // Many names, for a race that is lost once in a hundred.
      for (const name of Array.from({ length: 50 }, (_, at) => repositoryName(`race-${at}`))) {
        const pushes = Array.from({ length: 8 }, () =>
          store().write((tx) => tx.repositories.activate(id, name)),
        )
        const made = await Promise.all(pushes)
        expect(made.filter(({ created }) => created)).toHaveLength(1)
        expect(new Set(made.map(({ repository }) => repository.id)).size).toBe(1)
      }
    })

    test('what is deleted and made anew has another id, nothing of the old, and dead rules that still say its name', async () => {
      const { id } = await createOrganization(store())
      const name = repositoryName('app')
      const old = await store().change(id, SYSTEM, async (tx) =>
        required(await tx.repositories.create({ organization: id, name })),
      )
      const blob = await createBlob(store(), old)
      const manifest = {
        repository: old.id,
        digest: digest(),
        mediaType: 'm',
        annotations: {},
        body: Buffer.from('{}'),
      }
      const map = await store().change(id, SYSTEM, async (tx) => {
        const rule = {
          pattern: { type: 'repository', repository: old.id },
          actions: ['content/read'],
          label: 'app',
        } as const
        await tx.manifests.put({ ...manifest, blobs: [blob], manifests: [], tag: tag('latest') })
        return required(await tx.scopeMaps.create({ organization: id, name: 'map', rules: [rule] }))
      })
      expect(
        await store().change(id, SYSTEM, (tx) => tx.repositories.create({ organization: id, name })),
      ).toBeUndefined()
      expect(await store().change(id, SYSTEM, (tx) => tx.repositories.delete(old.id))).toBe(true)
      const fresh = (await store().write((tx) => tx.repositories.activate(id, name))).repository
      expect(fresh.id).not.toBe(old.id)
      expect(await store().read.manifests.byTag(fresh.id, tag('latest'))).toBeUndefined()
      expect(await store().read.manifests.byDigest(old.id, manifest.digest)).toBeUndefined()
      expect(await store().read.blobs.linked(old.id, blob)).toBeUndefined()
      expect(await store().read.blobs.find(blob)).toBeDefined()
      expect(await store().read.scopeMaps.rules(map.id)).toMatchObject([
        { pattern: { repository: old.id }, label: 'app' },
      ])
      expect(await store().change(id, SYSTEM, (tx) => tx.repositories.delete(old.id))).toBe(false)
    })

    test('a repository that a transaction holds is changed by others only once it has ended', async () => {
      const { id } = await createOrganization(store())
      const { repository } = await store().write((tx) => tx.repositories.activate(id, repositoryName('held')))
      const held = Promise.withResolvers<void>()
      const order: string[] = []
      const holding = store().write(async (tx) => {
        expect(await tx.repositories.hold(repository.id)).toEqual(repository)
        held.resolve()
        expect(await tx.repositories.hold(repository.id)).toEqual(repository)
        order.push('held')
      })
      await held.promise
      await store().change(id, SYSTEM, async (tx) => {
        await tx.repositories.setLocks(repository.id, { writeEnabled: false })
        order.push('changed')
      })
      await holding
      expect(order).toEqual(['held', 'changed'])
      const locked = await store().write((tx) => tx.repositories.hold(repository.id))
      expect(locked?.locks).toMatchObject({ writeEnabled: false })
    })

    test('attributes change one by one', async () => {
      const { id } = await createOrganization(store())
      const { repository } = await store().write((tx) => tx.repositories.activate(id, repositoryName('app')))
      const changed = await store().change(id, SYSTEM, async (tx) => {
        await tx.repositories.setLocks(repository.id, { deleteEnabled: false })
        await tx.repositories.setLocks(repository.id, { listEnabled: false })
        await tx.repositories.setLocks(repository.id, {})
        await tx.repositories.setDescription(repository.id, 'ours')
        return tx.repositories.setVisibility(repository.id, 'public')
      })
      const locks = { deleteEnabled: false, writeEnabled: true, readEnabled: true, listEnabled: false }
      expect(changed).toMatchObject({ locks, description: 'ours', visibility: 'public' })
      expect(await store().read.repositories.byIds([repository.id])).toEqual([changed])
      expect((await store().read.repositories.list(id, { type: 'all' }, { limit: 9 })).items).toEqual([])
    })
  })

  describe('listing repositories', () => {
    const store = storeFor(harness)
    const all: { fullName: string; organization: OrganizationRecord; repository: RepositoryRecord }[] = []
    beforeAll(async () => {
      for (const name of ORGANIZATIONS) {
        const organization = await createOrganization(store(), accountName(name))
        for (const [index, path] of NAMES.entries()) {
          const visibility = index % 4 === 0 ? 'public' : 'private'
          const { repository } = await store().write((tx) =>
            tx.repositories.activate(organization.id, repositoryName(path), { visibility }),
          )
          all.push({ fullName: `${name}/${path}`, organization, repository })
        }
      }
      all.sort((one, other) => Buffer.compare(Buffer.from(one.fullName), Buffer.from(other.fullName)))
    })

    test.each([1, 2, 7, 100])(
      '`last` walks the whole catalogue in byte order, %i at a time',
      async (limit) => {
        const names = await walk(
          (last) => store().read.repositories.catalog({ type: 'all' }, { last, limit }),
          ({ fullName }) => fullName,
        )
        expect(names).toEqual(all.map(({ fullName }) => fullName))
      },
    )

    test('one organization is listed by names of its own', async () => {
      const organization = required(all.find(({ fullName }) => fullName.startsWith('list-b/'))).organization
      const page = (last: string | undefined) =>
        store().read.repositories.list(organization.id, { type: 'all' }, { last, limit: 4 })
      const names = await walk(page, ({ name }) => name)
      expect(names).toEqual(NAMES.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      expect(await page('~')).toEqual({ items: [], more: false })
      expect((await page('a--b')).items[0]?.name).toBe('a-b')
    })

    test('what is listed is exactly what is visible, wherever one begins and however large the page', async () => {
      const prefixes = ['', 'a/', 'a-b/', 'v1/', 'zz/', 'zz/yy/', 'none/']
      const filter = fc.record({
        prefixes: fc.array(
          fc.record({ owner: fc.nat(ORGANIZATIONS.length - 1), prefix: fc.constantFrom(...prefixes) }),
          { maxLength: 5 },
        ),
        chosen: fc.array(fc.nat(all.length - 1), { maxLength: 5 }),
        open: fc.boolean(),
      })
      const last = fc.option(
        fc.constantFrom(...all.map(({ fullName }) => fullName), 'list', 'm', '', 'list-b/zz'),
        { nil: undefined },
      )
      const owners = ORGANIZATIONS.map(
        (name) => required(all.find(({ fullName }) => fullName.startsWith(`${name}/`))).organization,
      )
      await fc.assert(
        fc.asyncProperty(
          filter,
          last,
          fc.integer({ min: 1, max: 20 }),
          async ({ prefixes, chosen, open }, after, limit) => {
            const ids = new Set<RepositoryId>(chosen.map((index) => required(all[index]).repository.id))
            const ranges = prefixes.map(({ owner, prefix }) => ({
              organization: required(owners[owner]).id,
              prefix,
            }))
            const visible: VisibleFilter = {
              type: 'some',
              prefixes: ranges,
              repositories: [...ids],
              public: open,
            }
            const expected = all.filter(
              ({ fullName, repository }) =>
                (after === undefined || fullName > after) &&
                (ids.has(repository.id) ||
                  (open && repository.visibility === 'public') ||
                  ranges.some(
                    ({ organization, prefix }) =>
                      organization === repository.organization && repository.name.startsWith(prefix),
                  )),
            )
            const page = await store().read.repositories.catalog(visible, { last: after, limit })
            expect(page.items.map(({ fullName }) => fullName)).toEqual(
              expected.slice(0, limit).map(({ fullName }) => fullName),
            )
            expect(page.more).toBe(expected.length > limit)
          },
        ),
        { numRuns: 60 },
      )
    })

    test('nothing is visible to whom nothing is visible', async () => {
      expect(await store().read.repositories.catalog({ type: 'none' }, { limit: 9 })).toEqual({
        items: [],
        more: false,
      })
    })
  })
}

async function walk<Item>(
  page: (last: string | undefined) => Promise<Page<Item>>,
  nameOf: (item: Item) => string,
): Promise<readonly string[]> {
  const names: string[] = []
  for (let more = true; more;) {
    const next = await page(names.at(-1))
    names.push(...next.items.map(nameOf))
    more = next.more
  }
  return names
}

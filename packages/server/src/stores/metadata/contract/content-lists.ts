/** Listings of what a repository holds: by name and by time, of one manifest, and how much it is. */
import { describe, expect, test } from 'vitest'
import type { Digest } from '@wharden/oci'
import type { NewManifest } from '../port/manifests.ts'
import type { TimePageQuery } from '../port/page.ts'
import type { RepositoryRecord } from '../port/repositories.ts'
import { createBlob, createRepository, digest, required, storeFor, tag, type Harness } from './harness.ts'

export function contentListsContract(harness: Harness): void {
  describe('listings of content', () => {
    let time = 1_700_000_000_000
    const store = storeFor(harness, { now: () => time })

    const put = (
      repository: RepositoryRecord,
      name: string,
      what: Digest,
      needs: Partial<Pick<NewManifest, 'blobs' | 'manifests'>> = {},
    ) =>
      store().write((tx) =>
        tx.manifests.put({
          repository: repository.id,
          digest: what,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          annotations: {},
          body: Buffer.from('{}'),
          blobs: [],
          manifests: [],
          ...needs,
          tag: tag(name),
        }),
      )

    /** `c` and `a` of one moment, then `b`, then `d`; each of a manifest of its own. */
    async function make() {
      const repository = await createRepository(store())
      const began = (time += 1_000)
      const digests = new Map<string, Digest>()
      for (const [name, at] of [
        ['c', 0],
        ['a', 0],
        ['b', 1],
        ['d', 2],
      ] as const) {
        time = began + at
        digests.set(name, digest())
        await put(repository, name, required(digests.get(name)))
      }
      const namesOf = (items: readonly { readonly digest: Digest }[]) =>
        items.map((item) => [...digests].find(([, one]) => one === item.digest)?.[0]).join('')
      return { repository, digests, began, namesOf }
    }

    test.each([
      [true, 'dbca'],
      [false, 'acbd'],
    ])('tags by time, newest first: %s, page by page', async (newestFirst, order) => {
      const { repository } = await make()
      const listed: string[] = []
      let last: TimePageQuery['last']
      for (let more = true; more;) {
        const page = await store().read.tags.listByTime(repository.id, { newestFirst, last, limit: 1 })
        listed.push(...page.items.map(({ name }) => name))
        const [shown] = page.items
        last = shown && { at: shown.updatedAt, name: shown.name }
        more = page.more
      }
      expect(listed.join('')).toBe(order)
    })

    test('manifests by time, page by page; what is of one time is by digest', async () => {
      const { repository, namesOf, began, digests } = await make()
      const newest = await store().read.manifests.listByTime(repository.id, { newestFirst: true, limit: 2 })
      expect([namesOf(newest.items), newest.more]).toEqual(['db', true])
      const last = { at: began + 1, name: required(digests.get('b')) }
      const rest = await store().read.manifests.listByTime(repository.id, {
        newestFirst: true,
        last,
        limit: 2,
      })
      const [one, two] = rest.items
      expect([namesOf(rest.items).split('').toSorted().join(''), rest.more]).toEqual(['ac', false])
      expect(required(one).digest > required(two).digest).toBe(true)
      const oldest = await store().read.manifests.listByTime(repository.id, { newestFirst: false, limit: 9 })
      expect(namesOf(oldest.items.slice(2))).toBe('bd')
    })

    test('of one manifest, or of several', async () => {
      const { repository, digests } = await make()
      const what = required(digests.get('a'))
      await put(repository, 'latest', what)
      const { read } = store()
      const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name)
      expect(names((await read.tags.list(repository.id, { limit: 9, digest: what })).items)).toEqual([
        'a',
        'latest',
      ])
      const byTime = await read.tags.listByTime(repository.id, { limit: 9, digest: what, newestFirst: true })
      expect(names(byTime.items)).toEqual(['latest', 'a'])
      const both = [what, required(digests.get('b'))]
      expect(names(await read.manifests.tagsOf(repository.id, both))).toEqual(['a', 'b', 'latest'])
      expect(await read.manifests.tagsOf(repository.id, [])).toEqual([])
    })

    test('what is not to be listed is in none of them, and counted all the same', async () => {
      const { repository, digests, began } = await make()
      await store().write(async (tx) => {
        await tx.tags.setLocks(repository.id, tag('b'), { listEnabled: false })
        await tx.manifests.setLocks(repository.id, required(digests.get('b')), { listEnabled: false })
      })
      const { tags, manifests, repositories } = store().read
      const page = { limit: 9, newestFirst: true }
      for (const list of [tags.list, tags.listByTime, manifests.list, manifests.listByTime])
        expect((await list(repository.id, page)).items).toHaveLength(3)
      expect(await manifests.tagsOf(repository.id, [required(digests.get('b'))])).toEqual([])
      expect((await manifests.list(repository.id, { limit: 9, includeUnlisted: true })).items).toHaveLength(4)
      expect(await repositories.contents(repository.id)).toEqual({
        manifests: 4,
        tags: 4,
        updatedAt: began + 2,
      })
    })

    test('how large an image is: each blob once, of an index those of all its images', async () => {
      const repository = await createRepository(store())
      const [one, two, both] = [
        await createBlob(store(), repository),
        await createBlob(store(), repository),
        await createBlob(store(), repository),
      ]
      const [left, right, index, empty] = [digest(), digest(), digest(), digest()]
      await put(repository, 'left', left, { blobs: [one, both, both] })
      await put(repository, 'right', right, { blobs: [two, both] })
      await put(repository, 'index', index, { manifests: [left, right] })
      await put(repository, 'empty', empty)
      const { manifests } = store().read
      const sizes = await manifests.sizesOf(repository.id, [left, index, empty, digest()])
      expect([...sizes].toSorted()).toEqual(
        [
          ...new Map([
            [left, 6],
            [index, 9],
          ]),
        ].toSorted(),
      )
      expect(await manifests.sizesOf(repository.id, [])).toEqual(new Map())
    })

    test('of nothing there is nothing', async () => {
      const { id } = await createRepository(store())
      expect(await store().read.repositories.contents(id)).toEqual({
        manifests: 0,
        tags: 0,
        updatedAt: undefined,
      })
    })
  })
}

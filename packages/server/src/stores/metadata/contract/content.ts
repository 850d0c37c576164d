import { describe, expect, test } from 'vitest'
import { newBlobKey } from '../../blobs/blob-key.ts'
import type { Digest } from '@wharden/oci'
import type { ContentNouns } from '../port.ts'
import type { NewManifest } from '../port/manifests.ts'
import type { RepositoryRecord } from '../port/repositories.ts'
import { createBlob, createRepository, digest, required, storeFor, tag, type Harness } from './harness.ts'

export function contentContract(harness: Harness): void {
  describe('blobs', () => {
    const store = storeFor(harness)

    test('concurrent uploads of one digest are one blob; the keys that lost are set aside', async () => {
      const what = digest()
      const keys = Array.from({ length: 5 }, () => newBlobKey(Date.now()))
      const published = await Promise.all(
        keys.map((key) => store().write((tx) => tx.blobs.publish({ digest: what, key, size: 3 }))),
      )
      const standing = required(await store().read.blobs.find(what))
      expect(new Set(published.map(({ key }) => key))).toEqual(new Set([standing.key]))
      const lost = keys.filter((key) => key !== standing.key)
      expect(await store().read.blobs.discarded(100)).toEqual(expect.arrayContaining(lost))
      expect(await store().read.blobs.known([...keys, newBlobKey(1)])).toEqual(new Set(keys))
      await store().single.blobs.deleteDiscarded(lost)
      expect(await store().read.blobs.known(keys)).toEqual(new Set([standing.key]))
    })

    test('a blob is seen only through a repository that links it', async () => {
      const [one, other] = [await createRepository(store()), await createRepository(store())]
      const blob = await createBlob(store(), one)
      expect(await store().read.blobs.linked(one.id, blob)).toMatchObject({
        digest: blob,
        size: 3,
        markedAt: undefined,
      })
      expect(await store().read.blobs.linked(other.id, blob)).toBeUndefined()
      expect(await store().write((tx) => tx.blobs.link(other.id, blob))).toBe(true)
      expect(new Set(await store().read.blobs.linkedFrom(blob, 9))).toEqual(new Set([one.id, other.id]))
      expect(await store().write((tx) => tx.blobs.link(one.id, digest()))).toBe(false)
      expect(await store().write((tx) => tx.blobs.unlink(one.id, blob))).toBe(true)
      expect(await store().write((tx) => tx.blobs.unlink(one.id, blob))).toBe(false)
      expect(await store().single.blobs.refresh(one.id, blob)).toBe(false)
      expect(await store().single.blobs.refresh(other.id, blob)).toBe(true)
    })
  })

  describe('manifests', () => {
    const store = storeFor(harness)
    const manifest = (repository: RepositoryRecord, fields: Partial<NewManifest> = {}): NewManifest => ({
      repository: repository.id,
      digest: digest(),
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      annotations: {},
      body: Buffer.from('{}'),
      blobs: [],
      manifests: [],
      ...fields,
    })
    const put = (what: NewManifest) => store().write((tx) => tx.manifests.put(what))

    test('it is stored only when all it names is there, and says what is not', async () => {
      const repository = await createRepository(store())
      const elsewhere = await createBlob(store(), await createRepository(store()))
      const here = await createBlob(store(), repository)
      const child = manifest(repository, { blobs: [here] })
      const index = manifest(repository, {
        blobs: [here, elsewhere, here],
        manifests: [child.digest],
        tag: tag('v1'),
      })
      expect(await put(index)).toEqual({ type: 'missing', blobs: [elsewhere], manifests: [child.digest] })
      expect(await store().read.tags.find(repository.id, tag('v1'))).toBeUndefined()
      expect(await put(child)).toEqual({ type: 'stored', created: true, replaced: undefined })
      await store().write((tx) => tx.blobs.link(repository.id, elsewhere))
      expect(await put(index)).toEqual({ type: 'stored', created: true, replaced: undefined })
      expect(await put(index)).toEqual({ type: 'stored', created: false, replaced: undefined })
    })

    test('it comes back byte for byte, by digest and by tag', async () => {
      const repository = await createRepository(store())
      const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256))
      const annotations = { 'org.opencontainers.image.title': 'é "x"', __proto__x: '1' }
      const stored = manifest(repository, {
        body,
        annotations,
        artifactType: 'a/b',
        configMediaType: 'c/d',
        subject: digest(),
        tag: tag('V1'),
      })
      await put(stored)
      const byDigest = required(await store().read.manifests.byDigest(repository.id, stored.digest))
      expect(Buffer.compare(byDigest.body, body)).toBe(0)
      expect(byDigest).toMatchObject({
        annotations,
        artifactType: 'a/b',
        configMediaType: 'c/d',
        subject: stored.subject,
        size: 70_000,
      })
      const byTag = required(await store().read.manifests.byTag(repository.id, tag('V1')))
      expect(byTag.manifest).toEqual(byDigest)
      expect(byTag.tag).toMatchObject({ name: 'V1', digest: stored.digest })
      expect(await store().read.manifests.byTag(repository.id, tag('v1'))).toBeUndefined()
    })

    test('a tag moves, and says from where; the manifest takes its tags with it', async () => {
      const repository = await createRepository(store())
      const [one, other] = [
        manifest(repository, { tag: tag('latest') }),
        manifest(repository, { tag: tag('latest') }),
      ]
      await put(one)
      expect(await put(other)).toMatchObject({ replaced: one.digest })
      expect(await put(other)).toMatchObject({ replaced: undefined })
      await store().write(async (tx) => {
        expect(await tx.tags.put(repository.id, tag('also'), other.digest)).toBe(true)
        expect(await tx.tags.put(repository.id, tag('none'), digest())).toBe(false)
      })
      expect(
        (await store().read.manifests.tagsOf(repository.id, [one.digest, other.digest])).map(
          ({ name }) => name,
        ),
      ).toEqual(['also', 'latest'])
      expect(await store().write((tx) => tx.manifests.delete(repository.id, other.digest))).toBe(true)
      expect(await store().read.tags.list(repository.id, { limit: 9 })).toEqual({ items: [], more: false })
      expect(await store().read.manifests.byDigest(repository.id, one.digest)).toBeDefined()
      expect(await store().write((tx) => tx.manifests.delete(repository.id, other.digest))).toBe(false)
    })

    test('locks of a tag and of a manifest are apart, and stay when the same bytes are pushed again', async () => {
      const repository = await createRepository(store())
      const stored = manifest(repository, { tag: tag('v1') })
      await put(stored)
      await store().write(async (tx) => {
        expect(await tx.tags.setLocks(repository.id, tag('v1'), { writeEnabled: false })).toBe(true)
        expect(
          await tx.manifests.setLocks(repository.id, stored.digest, {
            deleteEnabled: false,
            listEnabled: false,
          }),
        ).toBe(true)
        expect(await tx.tags.setLocks(repository.id, tag('v2'), {})).toBe(false)
      })
      await put(stored)
      expect(await store().read.manifests.byTag(repository.id, tag('v1'))).toMatchObject({
        tag: { locks: { deleteEnabled: true, writeEnabled: false, readEnabled: true, listEnabled: true } },
        manifest: {
          locks: { deleteEnabled: false, writeEnabled: true, readEnabled: true, listEnabled: false },
        },
      })
    })

    test('what is locked against deletion is found, tags first, and by what it needs', async () => {
      const repository = await createRepository(store())
      const blob = await createBlob(store(), repository)
      const image = manifest(repository, { blobs: [blob], tag: tag('v1') })
      const index = manifest(repository, { manifests: [image.digest] })
      const outer = manifest(repository, { manifests: [index.digest], tag: tag('all') })
      for (const one of [image, index, outer]) await put(one)
      const find = async (part?: Digest) =>
        (await store().read.repositories.undeletable(repository.id, part))?.reference
      const parts = [undefined, blob, image.digest, index.digest, outer.digest]
      const found = () => Promise.all(parts.map(find))
      const locks = { writeEnabled: false }
      const set = (work: (tx: ContentNouns) => Promise<unknown>) => store().write(work)
      expect(await found()).toEqual(parts.map(() => undefined))

      await set((tx) => tx.manifests.setLocks(repository.id, outer.digest, { readEnabled: false }))
      expect(await find()).toBeUndefined()
      const byDigest = { type: 'digest', digest: outer.digest }
      await set((tx) => tx.manifests.setLocks(repository.id, outer.digest, locks))
      expect(await found()).toEqual([byDigest, byDigest, byDigest, byDigest, undefined])
      const byTag = { type: 'tag', tag: tag('v1') }
      await set((tx) => tx.tags.setLocks(repository.id, tag('v1'), locks))
      expect(await found()).toEqual([byTag, byTag, byDigest, byDigest, undefined])
      expect(
        await store().read.repositories.undeletable((await createRepository(store())).id),
      ).toBeUndefined()
    })

    test('an unlisted manifest is nobody’s referrer', async () => {
      const repository = await createRepository(store())
      const subject = digest()
      const referrer = manifest(repository, { subject })
      await put(referrer)
      const listed = async () =>
        (await store().read.manifests.referrers(repository.id, subject, { limit: 9 })).items.length
      expect(await listed()).toBe(1)
      await store().write((tx) =>
        tx.manifests.setLocks(repository.id, referrer.digest, { listEnabled: false }),
      )
      expect(await listed()).toBe(0)
    })

    test('locks that a transaction holds are changed by others only once it has ended', async () => {
      const repository = await createRepository(store())
      const stored = manifest(repository, { tag: tag('v1') })
      await put(stored)
      const next = manifest(repository)
      await put(next)
      const held = Promise.withResolvers<void>()
      const pushing = store().write(async (tx) => {
        expect(await tx.tags.holdLocks(repository.id, tag('v2'))).toBeUndefined()
        const locks = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }
        expect(await tx.tags.holdLocks(repository.id, tag('v1'))).toEqual({ name: 'v1', locks })
        held.resolve()
        expect(await tx.manifests.holdLocks(repository.id, stored.digest)).toEqual({
          manifest: locks,
          tags: [{ name: 'v1', locks }],
        })
        await tx.tags.put(repository.id, tag('v1'), next.digest)
      })
      await held.promise
      const found = await store().write(async (tx) => {
        await tx.tags.setLocks(repository.id, tag('v1'), { writeEnabled: false })
        return tx.tags.find(repository.id, tag('v1'))
      })
      await pushing
      expect(found).toMatchObject({ digest: next.digest, locks: { writeEnabled: false } })
    })

    test('tags are listed in byte order from whatever text one begins with', async () => {
      const repository = await createRepository(store())
      const names = ['v1-2', 'ab', 'a_c', 'V1', 'a-b', '1.0', '_x', 'v1', 'v1.0']
      const stored = manifest(repository)
      await put(stored)
      await store().write(async (tx) => {
        for (const name of names) await tx.tags.put(repository.id, tag(name), stored.digest)
        await tx.tags.setLocks(repository.id, tag('ab'), { listEnabled: false })
      })
      const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const listed: string[] = []
      for (let more = true; more;) {
        const page = await store().read.tags.list(repository.id, {
          last: listed.at(-1),
          limit: 2,
          includeUnlisted: true,
        })
        listed.push(...page.items.map(({ name }) => name))
        more = page.more
      }
      expect(listed).toEqual(sorted)
      const shown = await store().read.tags.list(repository.id, { last: 'a no tag/at all', limit: 9 })
      expect(shown.items.map(({ name }) => name)).toEqual(
        sorted.filter((name) => name > 'a no tag' && name !== 'ab'),
      )
    })

    test("referrers: by subject, also one that is not there; by type, the config's where there is no other; by page", async () => {
      const repository = await createRepository(store())
      const subject = digest()
      const referrers = [
        manifest(repository, { subject, artifactType: 'sig' }),
        manifest(repository, { subject, artifactType: 'sbom' }),
        manifest(repository, { subject, configMediaType: 'sig' }),
        manifest(repository, { subject, artifactType: 'sbom', configMediaType: 'sig' }),
        manifest(repository, { subject: digest(), artifactType: 'sig' }),
        manifest(repository),
      ]
      for (const referrer of referrers) await put(referrer)
      const list = async (query: { last?: string; limit: number; artifactType?: string }) => {
        const page = await store().read.manifests.referrers(repository.id, subject, query)
        return { digests: page.items.map((item) => item.digest), more: page.more }
      }
      const [a, b, c, d] = referrers.map((referrer) => referrer.digest)
      const inOrder = [a, b, c, d].toSorted()
      expect(await list({ limit: 9 })).toEqual({ digests: inOrder, more: false })
      expect(await list({ limit: 9, artifactType: 'sig' })).toEqual({
        digests: [a, c].toSorted(),
        more: false,
      })
      expect(await list({ limit: 3 })).toEqual({ digests: inOrder.slice(0, 3), more: true })
      expect(await list({ limit: 3, last: required(inOrder[2]) })).toEqual({
        digests: inOrder.slice(3),
        more: false,
      })
      const every = await store().read.manifests.list(repository.id, { limit: 4 })
      expect(every).toMatchObject({ items: { length: 4 }, more: true })
    })

    test('a manifest of a repository that goes away meanwhile is a conflict, not half a manifest', async () => {
      const repository = await createRepository(store())
      const { installation } = store()
      await store().change(installation, { type: 'system', id: 'x', name: 'x' }, (tx) =>
        tx.repositories.delete(repository.id),
      )
      const stored = manifest(repository)
      await expect(put(stored)).rejects.toMatchObject({ code: 'conflict' })
      expect(await store().read.manifests.byDigest(repository.id, stored.digest)).toBeUndefined()
    })
  })
}

import { describe, expect, test } from 'vitest'
import { createBlob, createRepository, digest, required, storeFor, type Harness } from './harness.ts'
import { newBlobKey } from '../../blobs/blob-key.ts'
import type { NewManifest } from '../port/manifests.ts'
import type { RepositoryRecord } from '../port/repositories.ts'
import type { Digest } from '@wharden/oci'

const DAY = 24 * 3_600_000
const HOUR = 3_600_000

export function collectionContract(harness: Harness): void {
  describe('garbage collection', () => {
    const clock = { now: Date.now() }
    const store = storeFor(harness, { now: () => clock.now })
    /** One run, counted: what it looked at, and what of that was garbage. */
    const collect = () =>
      store().write(async (tx) => {
        const query = { touchedBefore: clock.now - DAY, limit: 1_000 }
        const forgotten = await tx.blobs.forgetMarked({ markedBefore: clock.now - HOUR, limit: 1_000 })
        const dropped = await tx.blobs.dropIdleLinks(query)
        const marked = await tx.blobs.markUnlinked(query)
        return {
          dropped: dropped.found,
          marked: marked.found,
          forgotten: forgotten.found,
          looked: dropped.looked + marked.looked,
        }
      })
    const garbage = () => store().read.blobs.garbage({ touchedBefore: clock.now - DAY, limit: 1_000 })
    const nothing = { dropped: 0, marked: 0, forgotten: 0, looked: 0 }
    const none = { blobs: 0, bytes: 0, complete: true }
    const manifestOf = (repository: RepositoryRecord, ...blobs: readonly Digest[]): NewManifest => ({
      repository: repository.id,
      digest: digest(),
      mediaType: 'm',
      annotations: {},
      body: Buffer.from('{}'),
      blobs,
      manifests: [],
    })
    const settle = async () => {
      for (let run = 0; run < 3; run += 1) {
        clock.now += 2 * DAY
        await collect()
      }
    }

    test('a link nobody needs goes after a day, its blob is marked a day later, its bytes go an hour after that', async () => {
      const repository = await createRepository(store())
      const blob = await createBlob(store(), repository)
      const { key } = required(await store().read.blobs.find(blob))
      expect(await collect()).toEqual(nothing)
      expect(await garbage()).toEqual(none)
      clock.now += DAY + 1
      expect(await garbage()).toEqual({ ...none, blobs: 1, bytes: 3 })
      expect(await collect()).toMatchObject({ dropped: 1, marked: 0, forgotten: 0 })
      expect(await collect()).toEqual(nothing)
      clock.now += DAY + 1
      expect(await garbage()).toEqual({ ...none, blobs: 1, bytes: 3 })
      expect(await collect()).toMatchObject({ dropped: 0, marked: 1, forgotten: 0 })
      expect(await store().read.blobs.find(blob)).toMatchObject({ markedAt: clock.now })
      expect(await garbage()).toEqual({ ...none, blobs: 1, bytes: 3 })
      expect(await collect()).toEqual(nothing)
      clock.now += HOUR + 1
      expect(await collect()).toEqual({ ...nothing, forgotten: 1 })
      expect(await store().read.blobs.find(blob)).toBeUndefined()
      expect(await store().read.blobs.discarded(9)).toContain(key)
      expect(await garbage()).toEqual(none)
    })

    test('what a manifest needs, and what is refreshed, stays', async () => {
      const repository = await createRepository(store())
      const blobs = await Promise.all(Array.from({ length: 3 }, () => createBlob(store(), repository)))
      const [shared, own, refreshed] = [required(blobs[0]), required(blobs[1]), required(blobs[2])]
      const [one, other] = [manifestOf(repository, shared, own), manifestOf(repository, shared)]
      await store().write(async (tx) => {
        await tx.manifests.put(one)
        await tx.manifests.put(other)
      })
      clock.now += DAY + 1
      await store().single.blobs.refresh(repository.id, refreshed)
      await store().single.blobs.refresh(repository.id, shared)
      await store().write((tx) => tx.blobs.link(repository.id, own))
      clock.now += DAY
      expect(await collect()).toMatchObject({ dropped: 0, marked: 0 })
      await store().write((tx) => tx.manifests.delete(repository.id, one.digest))
      clock.now += 1
      expect(await collect()).toMatchObject({ dropped: 1 })
      clock.now += DAY
      expect(await collect()).toMatchObject({ dropped: 1 })
      expect(await store().read.blobs.linked(repository.id, own)).toBeUndefined()
      expect(await store().read.blobs.linked(repository.id, shared)).toMatchObject({ touchedAt: clock.now })
      await store().write((tx) => tx.manifests.delete(repository.id, other.digest))
      clock.now += DAY + 1
      expect(await collect()).toMatchObject({ dropped: 1 })
      await settle()
    })

    test('what is linked is looked at once, and again only when a link has gone', async () => {
      const [repository, other] = [await createRepository(store()), await createRepository(store())]
      const blob = await createBlob(store(), repository, other)
      await store().write(async (tx) => {
        await tx.manifests.put(manifestOf(repository, blob))
        await tx.manifests.put(manifestOf(other, blob))
      })
      clock.now += 2 * DAY
      expect(await collect()).toEqual({ ...nothing, looked: 1 })
      clock.now += 2 * DAY
      expect(await collect()).toEqual(nothing)
      await store().write((tx) => tx.blobs.unlink(other.id, blob))
      clock.now += 2 * DAY
      expect(await collect()).toEqual({ ...nothing, looked: 1 })
      await store().write((tx) => tx.blobs.unlink(repository.id, blob))
      clock.now += 2 * DAY
      expect(await collect()).toMatchObject({ marked: 1 })
      await settle()
    })

    test.each(['publish', 'link'] as const)(
      'a marked blob that is wanted again (%s) comes back to life',
      async (how) => {
        const repository = await createRepository(store())
        const blob = await createBlob(store())
        clock.now += DAY + 1
        await collect()
        expect((await store().read.blobs.find(blob))?.markedAt).toBeDefined()
        clock.now += DAY + 1
        await store().write(async (tx) => {
          if (how === 'publish') await tx.blobs.publish({ digest: blob, key: newBlobKey(clock.now), size: 3 })
          else await tx.blobs.link(repository.id, blob)
        })
        await collect()
        expect(await store().read.blobs.find(blob)).toMatchObject({ markedAt: undefined })
        await settle()
      },
    )

    test('what a deleted repository linked has a day of grace', async () => {
      const repository = await createRepository(store())
      const blob = await createBlob(store(), repository)
      clock.now += 3 * DAY
      await store().change(store().installation, { type: 'system', id: 'x', name: 'x' }, (tx) =>
        tx.repositories.delete(repository.id),
      )
      expect(await collect()).toMatchObject({ marked: 0 })
      expect(await store().read.blobs.find(blob)).toMatchObject({ markedAt: undefined })
      clock.now += DAY + 1
      expect(await collect()).toMatchObject({ marked: 1 })
      await settle()
    })

    test('of two manifests deleted at once, neither takes the other for a reason to keep their blob', async () => {
      const repository = await createRepository(store())
      const blobs = await Promise.all(Array.from({ length: 20 }, () => createBlob(store(), repository)))
      const pairs = blobs.map((blob) => [manifestOf(repository, blob), manifestOf(repository, blob)])
      for (const manifest of pairs.flat()) await store().write((tx) => tx.manifests.put(manifest))
      await Promise.all(
        pairs.flat().map((one) => store().write((tx) => tx.manifests.delete(repository.id, one.digest))),
      )
      await settle()
      for (const blob of blobs) expect(await store().read.blobs.find(blob)).toBeUndefined()
    })

    test('what is linked into a repository while it goes does not stay behind', async () => {
      const blobs: Digest[] = []
      for (let round = 0; round < 10; round += 1) {
        const [going, from] = [await createRepository(store()), await createRepository(store())]
        const blob = await createBlob(store(), from)
        blobs.push(blob)
        const deletion = store().change(store().installation, { type: 'system', id: 'x', name: 'x' }, (tx) =>
          tx.repositories.delete(going.id),
        )
        const links = Array.from({ length: 3 }, () => store().write((tx) => tx.blobs.link(going.id, blob)))
        await Promise.allSettled([deletion, ...links])
        await store().write((tx) => tx.blobs.unlink(from.id, blob))
      }
      await settle()
      for (const blob of blobs) expect(await store().read.blobs.find(blob)).toBeUndefined()
    })

    test('a push beside the collector finds its blobs missing, or keeps them', async () => {
      const repository = await createRepository(store())
      const outcomes = new Set<string>()
      for (let round = 0; round < 30; round += 1) {
        const blob = await createBlob(store(), repository)
        const manifest = manifestOf(repository, blob)
        clock.now += DAY + 1
        const [pushed] = await Promise.all([store().write((tx) => tx.manifests.put(manifest)), collect()])
        outcomes.add(pushed.type)
        await settle()
        const kept = await store().read.blobs.linked(repository.id, blob)
        expect(kept === undefined).toBe(pushed.type === 'missing')
      }
      expect(outcomes.size).toBeGreaterThan(0)
    })
  })
}

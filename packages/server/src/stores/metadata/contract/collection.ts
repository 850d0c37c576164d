import { describe, expect, test } from 'vitest'
import { createBlob, createRepository, digest, required, storeFor, type Harness } from './harness.ts'
import { newBlobKey } from '../../blobs/blob-key.ts'

const DAY = 24 * 3_600_000

export function collectionContract(harness: Harness): void {
  describe('garbage collection', () => {
    const clock = { now: Date.now() }
    const store = storeFor(harness, { now: () => clock.now })
    const collect = () =>
      store().write(async (tx) => {
        const query = { touchedBefore: clock.now - DAY, limit: 1_000 }
        return {
          dropped: await tx.blobs.dropIdleLinks(query),
          marked: await tx.blobs.markUnlinked(query),
          forgotten: await tx.blobs.forgetMarked({ markedBefore: clock.now - DAY, limit: 1_000 }),
        }
      })
    const nothing = { dropped: 0, marked: 0, forgotten: 0 }

    test('a link nobody needs goes after a day, its blob a day later, its bytes a day after that', async () => {
      const repository = await createRepository(store())
      const blob = await createBlob(store(), repository)
      const { key } = required(await store().read.blobs.find(blob))
      expect(await collect()).toEqual(nothing)
      clock.now += DAY + 1
      expect(await collect()).toEqual({ ...nothing, dropped: 1 })
      clock.now += DAY + 1
      expect(await collect()).toEqual({ ...nothing, marked: 1 })
      expect(await store().read.blobs.find(blob)).toMatchObject({ markedAt: clock.now })
      clock.now += DAY + 1
      expect(await collect()).toEqual({ ...nothing, forgotten: 1 })
      expect(await store().read.blobs.find(blob)).toBeUndefined()
      expect(await store().read.blobs.discarded(9)).toContain(key)
    })

    test('what a manifest needs, and what is refreshed, stays', async () => {
      const repository = await createRepository(store())
      const blobs = await Promise.all(Array.from({ length: 3 }, () => createBlob(store(), repository)))
      const [shared, own, refreshed] = blobs
      const [one, other] = [[required(shared), required(own)], [required(shared)]].map((needed) => ({
        repository: repository.id,
        digest: digest(),
        mediaType: 'm',
        annotations: {},
        body: Buffer.from('{}'),
        blobs: needed,
        manifests: [],
      }))
      await store().write(async (tx) => {
        await tx.manifests.put(required(one))
        await tx.manifests.put(required(other))
      })
      clock.now += DAY + 1
      await store().single.blobs.refresh(repository.id, required(refreshed))
      await store().single.blobs.refresh(repository.id, required(shared))
      await store().write((tx) => tx.blobs.link(repository.id, required(own)))
      clock.now += DAY
      expect(await collect()).toEqual(nothing)
      await store().write((tx) => tx.manifests.delete(repository.id, required(one).digest))
      clock.now += 1
      expect(await collect()).toEqual({ ...nothing, dropped: 1 })
      clock.now += DAY
      expect(await collect()).toMatchObject({ dropped: 1 })
      expect(await store().read.blobs.linked(repository.id, required(own))).toBeUndefined()
      expect(await store().read.blobs.linked(repository.id, required(shared))).toMatchObject({
        touchedAt: clock.now,
      })
      await store().write((tx) => tx.manifests.delete(repository.id, required(other).digest))
      clock.now += DAY + 1
      expect(await collect()).toMatchObject({ dropped: 1 })
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
      },
    )

    test('what a deleted repository linked has a day of grace', async () => {
      const repository = await createRepository(store())
      const blob = await createBlob(store(), repository)
      clock.now += 3 * DAY
      await store().change(store().installation, { type: 'system', id: 'x', name: 'x' }, (tx) =>
        tx.repositories.delete(repository.id),
      )
      await collect()
      expect(await store().read.blobs.find(blob)).toMatchObject({ markedAt: undefined })
    })
  })
}

import { describe, expect, test } from 'vitest'
import type { UploadHold, UploadRecord } from '../port/bytes.ts'
import { createRepository, position, required, storeFor, type Harness } from './harness.ts'

export function uploadsContract(harness: Harness): void {
  describe('uploads', () => {
    const store = storeFor(harness)
    const begin = async (lease?: { owner: string; milliseconds: number }) => {
      const repository = await createRepository(store())
      return store().single.uploads.create({ repository: repository.id, position: position(), lease })
    }

    const by = (owner: string, { position: from }: UploadRecord): UploadHold => ({ owner, from })

    test('a session is found as it was left, by any process', async () => {
      const upload = await begin()
      expect(await store().read.uploads.find(upload.id)).toEqual(upload)
      const to = { ...position(10), algorithm: 'sha512', resume: 'part 1' } as const
      expect(await store().single.uploads.advance(upload.id, { owner: 'a', from: upload.position, to })).toBe(
        true,
      )
      expect(await store().read.uploads.find(upload.id)).toMatchObject({ position: to })
      expect(await store().read.uploads.count(upload.repository)).toBe(1)
    })

    test('of many who go on from one position, one does', async () => {
      const upload = await begin()
      const moved = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().single.uploads.advance(upload.id, {
            owner: 'a',
            from: upload.position,
            to: { ...upload.position, offset: index + 1 },
          }),
        ),
      )
      expect(moved.filter(Boolean)).toHaveLength(1)
      const offset = moved.indexOf(true) + 1
      expect(await store().read.uploads.find(upload.id)).toMatchObject({ position: { offset } })
    })

    test('another offset or another key is another position', async () => {
      const upload = await begin()
      const advance = (from: typeof upload.position) =>
        store().single.uploads.advance(upload.id, {
          owner: 'a',
          from,
          to: { ...from, offset: from.offset + 1 },
        })
      expect(await advance({ ...upload.position, offset: 1 })).toBe(false)
      expect(await advance({ ...upload.position, key: position().key })).toBe(false)
      expect(await advance(upload.position)).toBe(true)
    })

    test('while one holds the lease no other advances or takes it; after that anybody may', async () => {
      const upload = await begin({ owner: 'a', milliseconds: 60_000 })
      const step = { from: upload.position, to: { ...upload.position, offset: 5 } }
      expect(upload.lease?.owner).toBe('a')
      expect(await store().single.uploads.lease(upload.id, 'b', 1_000)).toBeUndefined()
      expect(await store().single.uploads.advance(upload.id, { owner: 'b', ...step })).toBe(false)
      await store().single.uploads.release(upload.id, 'b')
      expect(await store().single.uploads.lease(upload.id, 'a', 60_000)).toMatchObject({
        lease: { owner: 'a' },
      })
      expect(await store().single.uploads.advance(upload.id, { owner: 'a', ...step })).toBe(true)
      await store().single.uploads.release(upload.id, 'a')
      expect(await store().single.uploads.lease(upload.id, 'b', -1)).toMatchObject({
        lease: { owner: 'b' },
        position: { offset: 5 },
      })
      expect(await store().single.uploads.lease(upload.id, 'c', 60_000)).toMatchObject({
        lease: { owner: 'c' },
      })
    })

    test('finishing ends a session once and keeps its bytes; cancelling sets them aside', async () => {
      const [finished, cancelled] = [await begin(), await begin()]
      const finish = () => store().write((tx) => tx.uploads.finish(finished.id, by('a', finished)))
      expect([await finish(), await finish()]).toEqual([true, false])
      const cancel = () => store().write((tx) => tx.uploads.cancel(cancelled.id))
      expect([await cancel(), await cancel()]).toEqual([true, false])
      const discarded = await store().read.blobs.discarded(1_000)
      expect(discarded).toContain(cancelled.position.key)
      expect(discarded).not.toContain(finished.position.key)
      expect(await store().single.uploads.lease(cancelled.id, 'a', 1)).toBeUndefined()
    })

    test('an owner whom another replaced, or that was overtaken, neither finishes nor cancels', async () => {
      const upload = await begin()
      const to = { ...upload.position, key: position().key, offset: 7 }
      const end = (hold: UploadHold) =>
        store().write(async (tx) => [
          await tx.uploads.finish(upload.id, hold),
          await tx.uploads.cancel(upload.id, hold),
        ])
      await store().single.uploads.lease(upload.id, 'late', -1)
      await store().single.uploads.lease(upload.id, 'next', 60_000)
      expect(await end(by('late', upload))).toEqual([false, false])
      expect(await store().single.uploads.advance(upload.id, { ...by('next', upload), to })).toBe(true)
      await store().single.uploads.release(upload.id, 'next')
      expect(await end(by('late', upload))).toEqual([false, false])
      expect(await end({ owner: 'late', from: to })).toEqual([true, false])
    })

    test('stale ones are those that nobody touched or leases', async () => {
      const [idle, leased] = [await begin(), await begin({ owner: 'a', milliseconds: 60_000 })]
      const stale = async (touchedBefore: number) =>
        (await store().read.uploads.stale({ touchedBefore, limit: 1_000 })).map(({ id }) => id)
      expect(await stale(idle.touchedAt + 60_000)).toContain(idle.id)
      expect(await stale(idle.touchedAt + 60_000)).not.toContain(leased.id)
      expect(await stale(idle.touchedAt)).not.toContain(idle.id)
    })

    test('a repository that goes takes its uploads with it and sets their bytes aside', async () => {
      const upload = await begin()
      await store().change(store().installation, { type: 'system', id: 'x', name: 'x' }, (tx) =>
        tx.repositories.delete(upload.repository),
      )
      expect(await store().read.uploads.find(upload.id)).toBeUndefined()
      expect(await store().read.blobs.discarded(1_000)).toContain(required(upload).position.key)
    })
  })
}

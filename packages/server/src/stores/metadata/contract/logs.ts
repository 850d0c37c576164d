import { beforeAll, describe, expect, test } from 'vitest'
import { openMetadataStore, type MetadataLocation } from '../open.ts'
import type { ActivityRecord, RefusalRecord } from '../port/logs.ts'
import { createOrganization, required, storeFor, type Harness } from './harness.ts'

const NOTHING: ActivityRecord = {
  at: 1_000,
  type: 'pull',
  organization: undefined,
  credential: undefined,
  user: undefined,
  repository: undefined,
  reference: undefined,
  digest: undefined,
  bytes: undefined,
  address: undefined,
  userAgent: undefined,
  decision: undefined,
  detail: {},
}

const PULL: ActivityRecord = {
  ...NOTHING,
  repository: 'acme/app',
  reference: 'v1',
  digest: 'sha256:0',
  bytes: 2 ** 40,
  address: '::1',
  userAgent: 'docker/20 "é"',
  decision: 'd1',
  detail: { b: [1, null], a: 'x' },
}

export function logsContract(harness: Harness): void {
  describe('activity', () => {
    const store = storeFor(harness)

    test('batches come back newest first, by page and by what one asks for, and verify', async () => {
      const { id } = await createOrganization(store())
      const rows = Array.from({ length: 5 }, (_, index) => ({ ...PULL, at: 1_000 + index, organization: id }))
      await store().write((tx) => tx.activity.insertBatch(rows, 0))
      await store().write((tx) =>
        tx.activity.insertBatch([{ ...NOTHING, at: 2_000, type: 'push', organization: id }], 7),
      )
      const list = (query: object) => store().read.activity.list({ organization: id, limit: 3, ...query })
      const first = await list({})
      expect(first.items.map(({ at }) => at)).toEqual([2_000, 1_004, 1_003])
      expect(first.items[1]).toMatchObject(required(rows[4]))
      const second = await list({ last: required(first.items[2]).id })
      expect(second).toMatchObject({ items: [{ at: 1_002 }, { at: 1_001 }, { at: 1_000 }], more: false })
      expect((await list({ type: 'push' })).items).toHaveLength(1)
      expect((await list({ since: 1_001, until: 1_003 })).items.map(({ at }) => at)).toEqual([1_002, 1_001])
      expect(await store().read.activity.verify(10)).toEqual({ batches: 2, broken: [] })
    })

    test('500 rows are one batch, and old batches go whole', async () => {
      const before = Date.now() + 1_000
      await store().write((tx) =>
        tx.activity.insertBatch(
          Array.from({ length: 2_500 }, () => PULL),
          0,
        ),
      )
      await store().write((tx) => tx.activity.insertBatch([], 0))
      expect((await store().read.activity.list({ limit: 3_000 })).items.length).toBeGreaterThanOrEqual(2_500)
      const deleted = await store().write((tx) => tx.activity.deleteBefore(before, 1_000))
      expect(deleted).toBeGreaterThan(0)
      expect((await store().read.activity.list({ limit: 10 })).items).toEqual([])
    })

    describe('a row that was altered', () => {
      let location: MetadataLocation | undefined
      beforeAll(async () => {
        location = await harness.create()
      })
      test('is found', async () => {
        const place = required(location)
        const first = await openMetadataStore(place)
        await first.write((tx) => tx.activity.insertBatch([PULL, PULL], 0))
        await first.close()
        await harness.tamper(place, "UPDATE activity SET bytes = 1 WHERE decision = 'd1'")
        const second = await openMetadataStore(place)
        expect(await second.read.activity.verify(10)).toMatchObject({ batches: 1, broken: { length: 1 } })
        await second.close()
      })
    })
  })

  describe('refusals', () => {
    const store = storeFor(harness)
    const refusal = (id: string, fields: Partial<RefusalRecord>): RefusalRecord => ({
      id,
      organization: undefined,
      credential: undefined,
      user: undefined,
      firstAt: 10,
      lastAt: 10,
      count: 1,
      question: { action: 'content/read' },
      decision: { type: 'deny', because: { rules: ['r1'] } },
      ...fields,
    })

    test('a repeat is a counter, in one batch and over several, also when nodes count at once', async () => {
      await store().single.refusals.upsert([
        refusal('a', { count: 2 }),
        refusal('b', {}),
        refusal('a', { lastAt: 30 }),
      ])
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store().single.refusals.upsert([
            refusal(index % 2 === 0 ? 'a' : 'b', { lastAt: 20 }),
            refusal(index % 2 === 0 ? 'b' : 'a', {}),
          ]),
        ),
      )
      expect(await store().read.refusals.byId('a')).toEqual(refusal('a', { count: 13, lastAt: 30 }))
      expect(await store().read.refusals.byId('b')).toEqual(refusal('b', { count: 11, lastAt: 20 }))
      expect(await store().read.refusals.byId('c')).toBeUndefined()
    })

    test('lists go by the latest, page by page; old ones go', async () => {
      const { id } = await createOrganization(store())
      await store().write((tx) =>
        tx.refusals.upsert(
          ['p', 'q', 'r', 's'].map((name, index) =>
            refusal(name, { organization: id, lastAt: 100 + Math.floor(index / 2) }),
          ),
        ),
      )
      const ids = async (last?: string) => {
        const page = await store().read.refusals.list({ organization: id, limit: 3, last })
        return page.items.map((item) => item.id)
      }
      expect(await ids()).toEqual(['s', 'r', 'q'])
      expect(await ids('q')).toEqual(['p'])
      await store().write((tx) => tx.refusals.deleteBefore(101, 100))
      expect(await ids()).toEqual(['s', 'r'])
    })
  })
}

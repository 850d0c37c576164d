import { beforeAll, describe, expect, test } from 'vitest'
import { openMetadataStore, type MetadataLocation } from '../open.ts'
import type { MetadataStore } from '../port.ts'
import type { Change } from '../port/changes.ts'
import type { JsonObject } from '../port/page.ts'
import {
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

const DETAILS: readonly JsonObject[] = [
  {},
  { after: { name: 'é', 'a b': null, list: [1, 'two', { three: false }] } },
  { z: 1, a: 2, 10: 'ten', 9: 'nine' },
  { text: 'line\nbreak "quoted" \\ \u0000 \ud83d\ude00' },
]

export function administrationContract(harness: Harness): void {
  describe('administration', () => {
    const store = storeFor(harness)

    test('changes of one organization come one after another: versions rise by one, the chain has no forks', async () => {
      const { id, version } = await createOrganization(store())
      const versions = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          store().change(id, SYSTEM, async (tx) => {
            await tx.record({ type: 'first', detail: { index } })
            if (index % 2 === 0) await tx.record({ type: 'second', detail: { index } })
            return tx.version
          }),
        ),
      )
      expect(versions.toSorted((a, b) => a - b)).toEqual(versions.map((_, index) => version + 1 + index))
      expect(await store().read.audit.verify(id)).toMatchObject({ type: 'intact', events: 60 })
      const { items } = await store().read.audit.list(id, { limit: 100 })
      expect(items.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 60 }, (_, index) => 60 - index),
      )
    })

    test('a change that fails leaves version and chain as they were', async () => {
      const { id, version } = await createOrganization(store())
      const failed = store().change(id, SYSTEM, async (tx) => {
        await tx.record({ type: 'never', detail: {} })
        throw new Error('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect((await store().read.organizations.byId(id))?.version).toBe(version)
      expect(await store().read.audit.verify(id)).toMatchObject({ type: 'intact', events: 0 })
    })

    test('a change of an organization that is not there says that it is gone, and of another one that joins it, that it conflicts', async () => {
      const { id } = await createOrganization(store())
      await store().change(store().installation, SYSTEM, (tx) => tx.organizations.delete(id))
      const change = store().change(id, SYSTEM, async () => undefined)
      await expect(change).rejects.toMatchObject({ code: 'gone' })
      const joining = store().change(store().installation, SYSTEM, (tx) => tx.join(id))
      await expect(joining).rejects.toMatchObject({ code: 'conflict' })
    })

    test('what is recorded comes back as it was, newest first, by page and by type', async () => {
      const { id } = await createOrganization(store())
      const ann = { type: 'user', id: 'u1', name: 'ann', address: '::1' } as const
      for (const [index, detail] of DETAILS.entries())
        await store().change(id, ann, (tx) => tx.record({ type: index % 2 === 0 ? 'even' : 'odd', detail }))
      const first = await store().read.audit.list(id, { limit: 3 })
      expect(first.more).toBe(true)
      expect(first.items.map(({ detail }) => detail)).toEqual(DETAILS.slice(1).toReversed())
      expect(first.items[0]).toMatchObject({ actor: ann, tenant: id })
      const rest = await store().read.audit.list(id, { limit: 3, last: 2 })
      expect(rest).toMatchObject({ items: [{ sequence: 1 }], more: false })
      const odd = await store().read.audit.list(id, { limit: 9, type: 'odd' })
      expect(odd.items.map(({ sequence }) => sequence)).toEqual([4, 2])
    })

    test('one change may belong to several organizations: each version rises, each chain tells', async () => {
      const [one, other] = [await createOrganization(store()), await createOrganization(store())]
      await store().change(one.id, SYSTEM, async (tx) => {
        await tx.record({ type: 'here', detail: {} })
        const joined = await tx.join(other.id)
        await joined.record({ type: 'there', detail: {} })
        await (await tx.join(other.id)).record({ type: 'there', detail: { again: true } })
      })
      expect((await store().read.organizations.byId(other.id))?.version).toBe(other.version + 1)
      expect(await store().read.audit.verify(one.id)).toMatchObject({ type: 'intact', events: 1 })
      expect(await store().read.audit.verify(other.id)).toMatchObject({ type: 'intact', events: 2 })
      expect(await store().read.audit.tenants()).toEqual(expect.arrayContaining([one.id, other.id]))
    })

    test('who subscribed has heard by the time a change is done, and a listener that fails harms nobody', async () => {
      const heard: Change[] = []
      const stop = [
        store().changes.subscribe(() => {
          throw new Error('a broken listener')
        }),
        store().changes.subscribe((change) => heard.push(change)),
      ]
      const { id } = await createOrganization(store())
      await store().change(id, SYSTEM, async (tx) => {
        tx.announce('policies:more')
        await tx.policies.put(id, 'image-access', {})
      })
      stop.forEach((unsubscribe) => unsubscribe())
      await createUser(store())
      expect(heard).toHaveLength(2)
      expect(heard[1]).toEqual({
        type: 'topics',
        raised: { tenant: id, version: 1 },
        topics: ['policies:more', `policies:${id}`],
      })
      expect(store().changes.unconfirmedFor()).toBeLessThan(5_000)
    })

    test('events are read on from a number, and a time begins at the first event that is not before it', async () => {
      const { id } = await createOrganization(store())
      const { audit } = store().read
      expect(await audit.firstSince(id, 0)).toBe(1)
      for (let n = 1; n <= 9; n += 1) {
        await store().change(id, SYSTEM, (tx) => tx.record({ type: 'event', detail: { n } }))
      }
      const all = await audit.after(id, 0, 100)
      expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(await audit.after(id, 7, 1)).toEqual([all[7]])
      for (const { at } of all) {
        const first = all.find((event) => event.at >= at)
        expect(await audit.firstSince(id, at)).toBe(first?.sequence)
      }
      expect(await audit.firstSince(id, Infinity)).toBe(10)
    })

    test('a deleted organization leaves its chain and nothing else', async () => {
      const name = uniqueName('gone')
      const { id } = await createOrganization(store(), name)
      await store().change(id, SYSTEM, async (tx) => {
        await tx.policies.put(id, 'image-access', { a: 1 })
        await tx.guards.put(`guard-of-${name}`, id)
        await tx.record({ type: 'event', detail: {} })
      })
      await store().change(store().installation, SYSTEM, (tx) => tx.organizations.delete(id))
      expect(await store().read.policies.of(id)).toEqual([])
      expect(await store().read.guards.byService(`guard-of-${name}`)).toBeUndefined()
      expect(await store().read.audit.verify(id)).toMatchObject({ type: 'intact', events: 1 })
      expect((await createOrganization(store(), name)).id).not.toBe(id)
    })
  })

  describe('tampering with the audit chain is found', () => {
    let location: MetadataLocation | undefined
    beforeAll(async () => {
      location = await harness.create()
    })
    const cases = [
      [
        'an altered detail',
        (id: string) =>
          `UPDATE audit_event SET detail = '{"n":9}' WHERE tenant_id = '${id}' AND sequence = 2`,
        2,
      ],
      [
        'an altered time',
        (id: string) => `UPDATE audit_event SET at = at + 1 WHERE tenant_id = '${id}' AND sequence = 3`,
        3,
      ],
      [
        'a missing event',
        (id: string) => `DELETE FROM audit_event WHERE tenant_id = '${id}' AND sequence = 2`,
        3,
      ],
      [
        'a missing end',
        (id: string) => `DELETE FROM audit_event WHERE tenant_id = '${id}' AND sequence = 4`,
        4,
      ],
      [
        'another hash',
        (id: string) =>
          `UPDATE audit_event SET hash = previous_hash WHERE tenant_id = '${id}' AND sequence = 1`,
        1,
      ],
      ['another head', (id: string) => `UPDATE organization SET audit_head = 'x' WHERE id = '${id}'`, 4],
    ] as const
    test.each(cases)('%s', async (_, sql, sequence) => {
      const place = required(location)
      const id = await withStore(place, async (store) => {
        const organization = await createOrganization(store)
        for (let n = 1; n <= 4; n += 1)
          await store.change(organization.id, SYSTEM, (tx) => tx.record({ type: 'event', detail: { n } }))
        expect(await store.read.audit.verify(organization.id)).toMatchObject({ type: 'intact', events: 4 })
        return organization.id
      })
      await harness.tamper(place, sql(id))
      const verdict = await withStore(place, (store) => store.read.audit.verify(id))
      expect(verdict).toMatchObject({ type: 'broken', sequence })
    })
  })
}

async function withStore<Value>(
  location: MetadataLocation,
  use: (store: MetadataStore) => Promise<Value>,
): Promise<Value> {
  const store = await openMetadataStore(location)
  return use(store).finally(() => store.close())
}

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ChangeNouns } from '../port.ts'
import { createOrganization, storeFor, SYSTEM, type Harness } from './harness.ts'

export function installationContract(harness: Harness): void {
  describe('what belongs to the installation', () => {
    const store = storeFor(harness)
    const change = <Value>(work: (tx: ChangeNouns) => Promise<Value>) =>
      store().change(store().installation, SYSTEM, work)

    test('settings', async () => {
      await change((tx) => tx.settings.put('a', { b: [1, null, 'x'] }))
      await change((tx) => tx.settings.put('a', false))
      await change((tx) => tx.settings.put('c', 'text'))
      expect(await store().read.settings.get('a')).toBe(false)
      expect(await store().read.settings.all()).toEqual({ a: false, c: 'text' })
      expect(await change((tx) => tx.settings.delete('c'))).toBe(true)
      expect(await store().read.settings.get('c')).toBeUndefined()
    })

    test('a set-up link works once, and not too late', async () => {
      const [good, late] = [randomBytes(32), randomBytes(32)]
      await change(async (tx) => {
        await tx.setupLinks.create(good, Date.now() + 60_000)
        await tx.setupLinks.create(late, Date.now() - 1)
      })
      const use = (hash: Uint8Array) => change((tx) => tx.setupLinks.use(hash))
      const uses = await Promise.all([use(good), use(good), use(late), use(randomBytes(32))])
      expect(uses.toSorted()).toEqual([false, false, false, true])
      expect((await store().read.setupLinks.find(good))?.usedAt).toBeTypeOf('number')
      await change((tx) => tx.setupLinks.deleteAll())
      expect(await store().read.setupLinks.find(good)).toBeUndefined()
    })

    test('signing keys come oldest first and go through their states', async () => {
      for (const id of ['k2', 'k1'])
        await change((tx) =>
          tx.signingKeys.create({
            id,
            state: 'next',
            sealedPrivateKey: `sealed ${id}`,
            publicJwk: { kty: 'EC' },
          }),
        )
      await change((tx) => tx.signingKeys.setState('k2', 'active'))
      await change((tx) => tx.signingKeys.reseal('k2', 'sealed again'))
      const keys = await store().read.signingKeys.list()
      expect(keys.find(({ id }) => id === 'k2')).toMatchObject({
        state: 'active',
        sealedPrivateKey: 'sealed again',
        publicJwk: { kty: 'EC' },
      })
      expect(keys).toEqual(keys.toSorted((one, other) => one.createdAt - other.createdAt))
      expect(await change((tx) => tx.signingKeys.delete('k1'))).toBe(true)
      expect(await change((tx) => tx.signingKeys.setState('k1', 'active'))).toBe(false)
    })

    test('policies: one document of a kind', async () => {
      const { id } = await createOrganization(store())
      await store().change(id, SYSTEM, async (tx) => {
        await tx.policies.put(id, 'registry-access', { mode: 'off' })
        await tx.policies.put(id, 'image-access', { mode: 'enforce' })
        await tx.policies.put(id, 'registry-access', { mode: 'report', rules: [] })
      })
      const documents = (await store().read.policies.of(id)).map(({ kind, document }) => [kind, document])
      expect(documents).toEqual([
        ['image-access', { mode: 'enforce' }],
        ['registry-access', { mode: 'report', rules: [] }],
      ])
      expect(await store().change(id, SYSTEM, (tx) => tx.policies.delete(id, 'image-access'))).toBe(true)
      expect(await store().change(id, SYSTEM, (tx) => tx.policies.delete(id, 'image-access'))).toBe(false)
    })

    test('guarded registries', async () => {
      const { id } = await createOrganization(store())
      await change((tx) => tx.guards.put('registry.example.com', undefined))
      await change((tx) => tx.guards.put('registry.example.com', id))
      expect(await store().read.guards.byService('registry.example.com')).toMatchObject({ organization: id })
      expect(await store().read.guards.list()).toHaveLength(1)
      expect(await change((tx) => tx.guards.delete('registry.example.com'))).toBe(true)
    })

    test('a lease is kept in a transaction by its holder alone, while it lasts', async () => {
      const keep = (holder: string) => store().write((tx) => tx.leases.keep('kept', holder))
      expect(await keep('a')).toBe(false)
      await store().single.leases.acquire('kept', 'a', 60_000)
      expect([await keep('a'), await keep('b')]).toEqual([true, false])
      await store().single.leases.acquire('kept', 'a', -1)
      expect(await keep('a')).toBe(false)
      await store().single.leases.acquire('kept', 'b', 60_000)
      expect([await keep('a'), await keep('b')]).toEqual([false, true])
    })

    test('a lease has one holder, who may renew it, until it runs out or is released', async () => {
      const acquire = (holder: string, milliseconds = 60_000) =>
        store().single.leases.acquire('job', holder, milliseconds)
      const taken = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => acquire(holder)))
      expect(taken.filter(Boolean)).toHaveLength(1)
      const holder = ['a', 'b', 'c', 'd'][taken.indexOf(true)] ?? ''
      expect(await acquire(holder, -1)).toBe(true)
      expect(await acquire('e')).toBe(true)
      expect(await acquire(holder)).toBe(false)
      await store().single.leases.release('job', holder)
      expect(await acquire(holder)).toBe(false)
      await store().single.leases.release('job', 'e')
      expect(await acquire(holder)).toBe(true)
    })

    test('it answers', async () => {
      await store().ping()
    })
  })
}

import { describe, expect, test } from 'vitest'
import type { MetadataStore } from '../port.ts'
import type { Change } from '../port/changes.ts'
import {
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

export function transactionsContract(harness: Harness): void {
  describe('transactions', () => {
    const store = storeFor(harness)

    test('nobody reads what is not committed, and everybody what is', async () => {
      const name = uniqueName('dirty')
      const written = gate()
      const looked = gate()
      const change = store().change(store().installation, SYSTEM, async (tx) => {
        await tx.organizations.create({ name })
        expect(await tx.organizations.byName(name)).toBeDefined()
        written.open()
        await looked.opened
      })
      await written.opened
      expect(await store().read.organizations.byName(name)).toBeUndefined()
      looked.open()
      await change
      expect(await store().read.organizations.byName(name)).toBeDefined()
    })

    test('no text holds U+0000, neither where it is looked for nor where it is kept', async () => {
      const refused = { code: 'unstorable' }
      const { id } = await createOrganization(store())
      const { read, change, write } = store()
      await expect(read.guards.byService('a\0')).rejects.toMatchObject(refused)
      await expect(write((tx) => tx.guards.byService('a\0'))).rejects.toMatchObject(refused)
      const put = (service: string) => change(id, SYSTEM, (tx) => tx.guards.put(service, id))
      await expect(put('a\0')).rejects.toMatchObject(refused)
      const service = uniqueName('follows')
      await put(service)
      expect(await read.guards.byService(service)).toMatchObject({ organization: id })
    })

    test('what throws takes everything back and tells nobody, and what comes after it is not touched', async () => {
      const heard: Change[] = []
      const unsubscribe = store().changes.subscribe((change) => heard.push(change))
      const names = Array.from({ length: 12 }, (_, index) => ({
        name: uniqueName('half'),
        fails: index % 3 === 1,
      }))
      const outcomes = await Promise.allSettled(
        names.map(({ name, fails }) =>
          store().change(store().installation, SYSTEM, async (tx) => {
            await tx.organizations.create({ name })
            if (fails) throw new Error('no')
          }),
        ),
      )
      unsubscribe()
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(names.map(({ fails }) => fails))
      for (const { name, fails } of names) {
        expect((await store().read.organizations.byName(name)) === undefined).toBe(fails)
        expect(JSON.stringify(heard).includes(`account:${name}`)).toBe(!fails)
      }
    })

    const uses: Record<string, (inner: MetadataStore) => Promise<unknown>> = {
      write: (inner) => inner.write(async () => undefined),
      change: (inner) => inner.change(inner.installation, SYSTEM, async () => undefined),
      read: (inner) => inner.read.users.count(),
      single: (inner) => inner.single.leases.acquire('a', 'b', 1),
    }
    test.each(Object.entries(uses))(
      '`store.%s` inside a transaction is an error, not a deadlock',
      async (_, use) => {
        const nested = store().write(() => use(store()))
        await expect(nested).rejects.toMatchObject({ code: 'nested' })
        await use(store())
      },
    )

    test('a `tx` that is kept beyond its transaction does nothing', async () => {
      const kept = await store().write(async (tx) => tx)
      await expect(kept.users.count()).rejects.toMatchObject({ code: 'nested' })
    })

    test('what was begun inside a transaction and outlives it is not inside it any more', async () => {
      const ended = gate()
      const later = await store().write(async () => ({
        read: ended.opened.then(() => store().read.users.count()),
      }))
      ended.open()
      expect(await later.read).toBeTypeOf('number')
    })

    test('changes that meet in opposite orders all happen', async () => {
      const [one, other] = [await createOrganization(store()), await createOrganization(store())]
      const rounds = Array.from({ length: 4 }, (_, index) => (index % 2 === 0 ? [one, other] : [other, one]))
      await Promise.all(
        rounds.map(([first, second]) =>
          store().change(required(first).id, SYSTEM, async (tx) => {
            await tx.join(required(second).id)
          }),
        ),
      )
      for (const { id, version } of [one, other])
        expect((await store().read.organizations.byId(id))?.version).toBe(version + rounds.length)
    })

    test('the last owner stays, however many leave at once', async () => {
      const { id } = await createOrganization(store())
      const owners = await Promise.all(Array.from({ length: 4 }, () => createUser(store())))
      await store().change(id, SYSTEM, async (tx) => {
        for (const owner of owners) await tx.memberships.put(id, owner.id, 'owner')
      })
      const left = await Promise.all(
        owners.map((owner) =>
          store().change(id, SYSTEM, async (tx) => {
            if ((await tx.memberships.countOwners(id)) === 1) return false
            return tx.memberships.delete(id, owner.id)
          }),
        ),
      )
      expect(left.filter(Boolean)).toHaveLength(3)
      expect(await store().read.memberships.countOwners(id)).toBe(1)
    })
  })

  describe('a transaction whose owner keeps silent', () => {
    const store = storeFor(harness, { patience: 300 })

    test('is rolled back, and others go on', async () => {
      const name = uniqueName('silent')
      const written = gate()
      const released = gate()
      const silent = store().change(store().installation, SYSTEM, async (tx) => {
        await tx.organizations.create({ name })
        written.open()
        await released.opened
        await tx.users.count()
      })
      silent.catch(() => undefined)
      await written.opened
      // It holds the installation's row, which this one needs.
      const other = await createOrganization(store())
      released.open()
      await expect(silent).rejects.toMatchObject({ code: 'timeout' })
      expect(await store().read.organizations.byName(name)).toBeUndefined()
      expect(await store().read.organizations.byId(other.id)).toBeDefined()
    })
  })
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

import type { AccountName } from '@wharden/policy'
import { describe, expect, test } from 'vitest'
import type { Users } from '../port/accounts.ts'
import type { Page } from '../port/page.ts'
import {
  accountName,
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

export function accountsContract(harness: Harness): void {
  describe('accounts', () => {
    const store = storeFor(harness)

    test('organizations and users share one name space', async () => {
      const [organization, user] = [uniqueName('taken'), uniqueName('taken')]
      await createOrganization(store(), organization)
      await createUser(store(), user)
      for (const name of [organization, user, accountName('zz-free')]) {
        const free = name === 'zz-free'
        const made = await store().change(store().installation, SYSTEM, async (tx) => ({
          organization: (await tx.organizations.create({ name })) !== undefined,
          user: (await tx.users.create({ name })) !== undefined,
        }))
        expect(made).toEqual({ organization: free, user: false })
      }
    })

    test('of many who want one name at once, one gets it', async () => {
      const name = uniqueName('race')
      const made = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          store().change(store().installation, SYSTEM, async (tx) =>
            index % 2 === 0 ? tx.organizations.create({ name }) : tx.users.create({ name }),
          ),
        ),
      )
      expect(made.filter((account) => account !== undefined)).toHaveLength(1)
    })

    test('the installation is a tenant and no organization', async () => {
      const { installation, read } = store()
      expect(await read.organizations.byId(installation)).toBeUndefined()
      const { items } = await read.organizations.list({ limit: 1_000 })
      expect(items.some(({ id }) => id === installation)).toBe(false)
      expect(await store().change(installation, SYSTEM, (tx) => tx.organizations.delete(installation))).toBe(
        false,
      )
    })

    test('lists go by name in byte order, page by page', async () => {
      const names = ['p-1', 'p1', 'p-a', 'pa', 'p--a', 'pz', 'p-z-0'].map(accountName)
      for (const name of names) await createOrganization(store(), name)
      for (const name of names) await createUser(store(), accountName(`u${name}`))
      const organizations = await everyName((last) => store().read.organizations.list({ last, limit: 2 }))
      expect(organizations.filter((name) => name.startsWith('p'))).toEqual(names.toSorted(byBytes))
      expect(organizations).toEqual(organizations.toSorted(byBytes))
      const users = await everyName((last) => store().read.users.list({ last, limit: 3 }))
      expect(users).toEqual(users.toSorted(byBytes))
    })

    test('an organization keeps what it is given', async () => {
      const { id } = await createOrganization(store())
      const settings = { sign_in: 'required', limits: { tokens: 3 } }
      await store().change(id, SYSTEM, (tx) =>
        tx.organizations.update(id, { settings, displayName: 'Acme & Sons' }),
      )
      await store().change(id, SYSTEM, (tx) => tx.organizations.update(id, { plan: 'team' }))
      const kept = await store().read.organizations.byId(id)
      expect(kept).toMatchObject({ settings, displayName: 'Acme & Sons', plan: 'team', version: 2 })
      expect(await store().change(id, SYSTEM, (tx) => tx.organizations.update(id, {}))).toMatchObject({
        settings,
      })
    })

    test('a user: what is named changes, `null` clears, the hash is in no record', async () => {
      const organization = await createOrganization(store())
      const name = uniqueName('ann')
      const user = await store().change(store().installation, SYSTEM, async (tx) =>
        required(await tx.users.create({ name, email: 'ann@example.com', passwordHash: 'hash-1' })),
      )
      const update = (fields: Parameters<Users['update']>[1]) =>
        store().change(store().installation, SYSTEM, (tx) => tx.users.update(user.id, fields))
      expect(
        await update({ pinnedOrganization: organization.id, installationAdministrator: true }),
      ).toMatchObject({
        email: 'ann@example.com',
        pinnedOrganization: organization.id,
        installationAdministrator: true,
        version: 2,
      })
      expect(await update({ email: null, status: 'inactive' })).toMatchObject({
        email: undefined,
        status: 'inactive',
        version: 3,
      })
      expect(await store().read.users.passwordHash(user.id)).toBe('hash-1')
      await store().change(store().installation, SYSTEM, (tx) => tx.users.setPassword(user.id, undefined))
      expect(await store().read.users.passwordHash(user.id)).toBeUndefined()
      await store().change(store().installation, SYSTEM, (tx) => tx.organizations.delete(organization.id))
      const kept = required(await store().read.users.byName(name))
      expect(kept.pinnedOrganization).toBeUndefined()
      expect(JSON.stringify(kept)).not.toContain('hash')
    })

    test('memberships: one role each, listed with the people, gone with either side', async () => {
      const [one, other] = [await createOrganization(store()), await createOrganization(store())]
      const ann = await createUser(store(), uniqueName('m-ann'))
      const bob = await createUser(store(), uniqueName('m-bob'))
      await store().change(one.id, SYSTEM, async (tx) => {
        await tx.memberships.put(one.id, bob.id, 'member')
        await tx.memberships.put(one.id, ann.id, 'editor')
        await tx.memberships.put(one.id, ann.id, 'owner')
        await tx.join(other.id)
        await tx.memberships.put(other.id, ann.id, 'auditor')
      })
      const page = await store().read.memberships.ofOrganization(one.id, { limit: 1 })
      expect(page).toMatchObject({
        items: [{ user: { id: ann.id }, membership: { role: 'owner' } }],
        more: true,
      })
      const next = await store().read.memberships.ofOrganization(one.id, { limit: 1, last: ann.name })
      expect(next).toMatchObject({ items: [{ user: { id: bob.id } }], more: false })
      await store().change(store().installation, SYSTEM, (tx) =>
        tx.users.update(ann.id, { status: 'inactive' }),
      )
      const { countOwners, countActiveOwners } = store().read.memberships
      expect([await countOwners(one.id), await countActiveOwners(one.id)]).toEqual([1, 0])
      await store().change(store().installation, SYSTEM, (tx) =>
        tx.users.update(ann.id, { status: 'active' }),
      )
      expect(await countActiveOwners(one.id)).toBe(1)
      expect((await store().read.memberships.ofUser(ann.id)).map(({ role }) => role).toSorted()).toEqual([
        'auditor',
        'owner',
      ])
      await store().change(store().installation, SYSTEM, async (tx) => {
        await tx.users.delete(bob.id)
        await tx.organizations.delete(other.id)
      })
      expect(await store().read.memberships.find(one.id, bob.id)).toBeUndefined()
      expect(await store().read.memberships.ofUser(ann.id)).toHaveLength(1)
      expect(await store().change(one.id, SYSTEM, (tx) => tx.memberships.delete(one.id, bob.id))).toBe(false)
    })
  })
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

type Named = { readonly name: AccountName }

async function everyName(
  page: (last: AccountName | undefined) => Promise<Page<Named>>,
): Promise<readonly AccountName[]> {
  const names: AccountName[] = []
  for (let more = true; more;) {
    const next = await page(names.at(-1))
    names.push(...next.items.map(({ name }) => name))
    more = next.more
  }
  return names
}

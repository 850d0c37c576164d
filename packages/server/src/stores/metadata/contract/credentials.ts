import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '@wharden/policy'
import { describe, expect, test } from 'vitest'
import type { NewCredential, NewRule } from '../port/credentials.ts'
import type { ChangeNouns } from '../port.ts'
import {
  announced,
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  type Harness,
} from './harness.ts'

export function credentialsContract(harness: Harness): void {
  describe('credentials', () => {
    const store = storeFor(harness)
    const make = (tenant: OrganizationId, fields: Partial<NewCredential>) =>
      store().change(tenant, SYSTEM, async (tx) =>
        tx.credentials.create({ kind: 'oat', name: 'ci', createdBy: 'ann', secrets: [], ...fields }),
      )

    test('a personal token is found by its secret, with its rules, its owner and memberships', async () => {
      const organization = await createOrganization(store())
      const ann = await createUser(store())
      const secret = randomBytes(32)
      const rules: readonly NewRule[] = Array.from({ length: 5 }, (_, index) => ({
        pattern: { type: 'under', organization: organization.id, prefix: `p${index}/` },
        actions: ['content/read', 'metadata/read'],
        label: `acme/p${index}/*`,
      }))
      await store().change(organization.id, SYSTEM, (tx) =>
        tx.memberships.put(organization.id, ann.id, 'editor'),
      )
      const credential = required(
        await make(store().installation, {
          kind: 'pat',
          user: ann.id,
          scopes: ['repo:read'],
          allowedAddresses: ['10.0.0.0/8'],
          expiresAt: 99,
          secrets: [{ slot: 'token', hash: secret, expiresAt: 77 }],
          rules,
        }),
      )
      expect(await store().read.credentials.secretByHash(secret)).toMatchObject({
        credential: credential.id,
        slot: 'token',
        expiresAt: 77,
      })
      const file = required(await store().read.credentials.fileById(credential.id))
      const bySecret = required(await store().read.credentials.fileBySecret(secret))
      expect(bySecret).toEqual({ secret: await store().read.credentials.secretByHash(secret), file })
      expect(await store().read.credentials.fileBySecret(randomBytes(32))).toBeUndefined()
      expect(file).toMatchObject({
        credential: {
          id: credential.id,
          kind: 'pat',
          scopes: ['repo:read'],
          allowedAddresses: ['10.0.0.0/8'],
          version: 1,
          expiresAt: 99,
        },
        owner: {
          user: { id: ann.id, name: ann.name },
          memberships: [{ organization: organization.id, role: 'editor' }],
        },
        scopeMap: undefined,
      })
      expect(file.rules.map(({ id: _, ...rule }) => rule)).toEqual(rules)
      expect(await store().read.credentials.secretByHash(randomBytes(32))).toBeUndefined()
    })

    test('versions: every change raises one, what ends all sessions raises the other', async () => {
      const { id } = await createOrganization(store())
      const credential = required(
        await make(id, { organization: id, secrets: [{ slot: 'token', hash: randomBytes(32) }] }),
      )
      const versions = async (act: (tx: ChangeNouns) => Promise<unknown>) => {
        await store().change(id, SYSTEM, act)
        const { version, sessionVersion } = required(await store().read.credentials.byId(credential.id))
        return [version, sessionVersion]
      }
      expect(
        await versions((tx) => tx.credentials.update(credential.id, { name: 'other', rules: [] })),
      ).toEqual([2, 1])
      expect(await versions((tx) => tx.credentials.setStatus(credential.id, 'inactive'))).toEqual([3, 2])
      expect(await versions((tx) => tx.credentials.setStatus(credential.id, 'active'))).toEqual([4, 2])
      expect(await versions((tx) => tx.credentials.deleteSecret(credential.id, 'token'))).toEqual([5, 2])
      expect(
        await versions((tx) =>
          tx.credentials.putSecret(credential.id, { slot: 'token', hash: randomBytes(32) }),
        ),
      ).toEqual([6, 2])
      expect(await versions((tx) => tx.credentials.deleteSecret(credential.id, 'password2'))).toEqual([6, 2])
    })

    test('a pull limit is set, changed, left alone and taken away', async () => {
      const { id } = await createOrganization(store())
      const credential = required(await make(id, { organization: id, pullLimit: 100 }))
      const update = (fields: Parameters<ChangeNouns['credentials']['update']>[1]) =>
        store().change(id, SYSTEM, (tx) => tx.credentials.update(credential.id, fields))
      expect(credential.pullLimit).toBe(100)
      expect((await update({ name: 'other' }))?.pullLimit).toBe(100)
      expect((await update({ pullLimit: 7 }))?.pullLimit).toBe(7)
      expect((await update({ pullLimit: null }))?.pullLimit).toBeUndefined()
    })

    test('deleting a credential takes its secret and rules with it', async () => {
      const { id } = await createOrganization(store())
      const hash = randomBytes(32)
      const rules: readonly NewRule[] = [
        { pattern: { type: 'public' }, actions: ['content/read'], label: '*/*/public' },
      ]
      const credential = required(
        await make(id, { organization: id, secrets: [{ slot: 'token', hash }], rules }),
      )
      expect(await store().change(id, SYSTEM, (tx) => tx.credentials.delete(credential.id))).toBe(true)
      expect(await store().read.credentials.secretByHash(hash)).toBeUndefined()
      expect(await store().read.credentials.rules(credential.id)).toEqual([])
      expect(await store().change(id, SYSTEM, (tx) => tx.credentials.delete(credential.id))).toBe(false)
    })

    test('deleting a person takes their credentials, and who keeps them hears of it', async () => {
      const ann = await createUser(store())
      const hash = randomBytes(32)
      const credential = required(
        await make(store().installation, { kind: 'pat', user: ann.id, secrets: [{ slot: 'token', hash }] }),
      )
      const heard = await announced(store(), () =>
        store().change(store().installation, SYSTEM, (tx) => tx.users.delete(ann.id)),
      )
      expect(heard).toEqual(expect.arrayContaining([`user:${ann.id}`, `credential:${credential.id}`]))
      expect(await store().read.credentials.secretByHash(hash)).toBeUndefined()
    })

    test('lists are in the order of creation, counted and filtered', async () => {
      const { id } = await createOrganization(store())
      const ids = []
      for (let n = 0; n < 7; n += 1)
        ids.push(required(await make(id, { organization: id, name: `n${9 - n}` })).id)
      await make(id, { organization: id, kind: 'registry-token', name: 'device' })
      const query = { organization: id, kind: 'oat' } as const
      const first = await store().read.credentials.list(query, { limit: 4 })
      const rest = await store().read.credentials.list(query, {
        limit: 4,
        last: required(first.items.at(-1)).id,
      })
      expect([...first.items, ...rest.items].map((credential) => credential.id)).toEqual(ids)
      expect([first.more, rest.more]).toEqual([true, false])
      expect(await store().read.credentials.count(query)).toBe(7)
      expect(await store().read.credentials.count({ organization: id })).toBe(8)
    })

    test('the latest use wins, whatever the order; using changes no version and tells nobody', async () => {
      const { id } = await createOrganization(store())
      const credential = required(await make(id, { organization: id }))
      const use = (at: number) => ({ id: credential.id, at, from: `10.0.0.${at}` })
      const heard = await announced(store(), async () => {
        await store().write((tx) => tx.credentials.touchLastUsed([use(5), use(9), use(7)]))
        await store().write((tx) => tx.credentials.touchLastUsed([use(8)]))
        await store().write((tx) => tx.credentials.touchLastUsed([]))
      })
      expect(heard).toEqual([])
      const used = await store().read.credentials.byId(credential.id)
      expect(used).toMatchObject({ lastUsedAt: 9, lastUsedFrom: '10.0.0.9', version: 1 })
    })
  })
}

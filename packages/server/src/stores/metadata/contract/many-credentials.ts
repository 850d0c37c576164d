import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { NewCredential } from '../port/credentials.ts'
import { createOrganization, required, storeFor, SYSTEM, type Harness } from './harness.ts'

export function manyCredentialsContract(harness: Harness): void {
  describe('many credentials at once', () => {
    const store = storeFor(harness)
    const device = (name: string, fields: Partial<NewCredential>): NewCredential => ({
      kind: 'registry-token',
      name,
      createdBy: 'ann',
      secrets: [],
      ...fields,
    })

    test('are made in their order, each with its own secrets and rules', async () => {
      const { id } = await createOrganization(store())
      const given = Array.from({ length: 700 }, (_, index) => {
        const slots = (['password1', 'password2'] as const).slice(0, index % 3)
        const rule = {
          pattern: { type: 'under', organization: id, prefix: `${index}/` },
          actions: ['content/read'],
          label: `${index}/*`,
        } as const
        return device(`device-${(index * 37) % 700}`, {
          organization: id,
          secrets: slots.map((slot) => ({ slot, hash: randomBytes(32), expiresAt: index })),
          rules: index % 100 === 0 ? [rule] : [],
        })
      })
      const made = await store().change(id, SYSTEM, (tx) => tx.credentials.createMany(given))
      expect(made.map(({ name }) => name)).toEqual(given.map(({ name }) => name))
      const page = await store().read.credentials.list({ organization: id }, { limit: 1_000 })
      expect(page.items.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual(
        made.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      )
      for (const index of [0, 1, 2, 300, 699]) {
        const credential = required(made[index])
        const { secrets = [], rules = [] } = given[index] ?? {}
        const file = required(await store().read.credentials.fileById(credential.id))
        expect(file.rules.map(({ label }) => label)).toEqual(rules.map(({ label }) => label))
        for (const { hash, slot } of secrets) {
          expect(await store().read.credentials.secretByHash(hash)).toEqual({
            credential: credential.id,
            slot,
            createdAt: credential.createdAt,
            expiresAt: index,
          })
        }
        expect(await store().read.credentials.secrets(credential.id)).toHaveLength(secrets.length)
      }
    })

    test('are counted by their scope maps', async () => {
      const { id } = await createOrganization(store())
      const named = (name: string) => ({ organization: id, name, rules: [] })
      const maps = await store().change(id, SYSTEM, async (tx) => {
        const [two, one, none] = [
          required(await tx.scopeMaps.create(named('two'))),
          required(await tx.scopeMaps.create(named('one'))),
          required(await tx.scopeMaps.create(named('none'))),
        ]
        const on = (name: string, scopeMap: typeof one.id) => device(name, { organization: id, scopeMap })
        await tx.credentials.createMany([on('a', two.id), on('b', two.id), on('c', one.id)])
        return { two: two.id, one: one.id, none: none.id }
      })
      const { two, one, none } = maps
      const counted = await store().read.credentials.countByScopeMap([none, one, two])
      expect(counted).toEqual(
        new Map([
          [two, 2],
          [one, 1],
        ]),
      )
    })

    test('leave out those whose name is taken, here and nowhere else, and their secrets', async () => {
      const [{ id }, other] = [await createOrganization(store()), await createOrganization(store())]
      const make = (organization: typeof id, ...credentials: readonly NewCredential[]) =>
        store().change(organization, SYSTEM, (tx) =>
          tx.credentials.createMany(credentials.map((one) => ({ ...one, organization }))),
        )
      await make(id, device('taken', {}))
      const hash = randomBytes(32)
      const wanted = [
        device('before', {}),
        device('taken', { secrets: [{ slot: 'password1', hash }] }),
        device('after', {}),
      ]
      expect((await make(id, ...wanted)).map(({ name }) => name)).toEqual(['before', 'after'])
      expect(await store().read.credentials.secretByHash(hash)).toBeUndefined()
      expect(await make(other.id, ...wanted)).toHaveLength(3)
      expect(await make(id)).toEqual([])
    })
  })
}

import { randomBytes } from 'node:crypto'
import type { CredentialId, OrganizationId, ScopeMapId } from '@wharden/policy'
import { describe, expect, test } from 'vitest'
import type { NewCredential, NewRule } from '../port/credentials.ts'
import type { ChangeNouns } from '../port.ts'
import {
  announced,
  createOrganization,
  repositoryName,
  required,
  storeFor,
  SYSTEM,
  type Harness,
} from './harness.ts'

export function registryTokensContract(harness: Harness): void {
  describe('registry tokens and scope maps', () => {
    const store = storeFor(harness)
    const make = (tenant: OrganizationId, fields: Partial<NewCredential>) =>
      store().change(tenant, SYSTEM, async (tx) =>
        tx.credentials.create({
          kind: 'registry-token',
          organization: tenant,
          name: 'device',
          createdBy: 'ann',
          secrets: [],
          ...fields,
        }),
      )

    test('a registry token has two passwords and the rules of its scope map, which changes for all at once', async () => {
      const organization = await createOrganization(store())
      const [password1, password2, next] = [randomBytes(32), randomBytes(32), randomBytes(32)]
      const scopeMap = await store().change(organization.id, SYSTEM, async (tx) => {
        const nginx = await tx.repositories.resolveOrReserve(organization.id, repositoryName('samples/nginx'))
        const pattern = { type: 'repository', repository: nginx.id } as const
        const rules = [{ pattern, actions: ['content/read'], label: 'samples/nginx' }] as const
        return required(await tx.scopeMaps.create({ organization: organization.id, name: 'devices', rules }))
      })
      const token = {
        kind: 'registry-token',
        organization: organization.id,
        name: 'device',
        scopeMap: scopeMap.id,
      } as const
      const credential = required(
        await make(organization.id, {
          ...token,
          secrets: [
            { slot: 'password1', hash: password1 },
            { slot: 'password2', hash: password2 },
          ],
        }),
      )
      expect(await make(organization.id, token)).toBeUndefined()
      expect(await store().read.scopeMaps.fileById(scopeMap.id)).toMatchObject({
        version: 1,
        rules: [{ pattern: { type: 'repository' }, actions: ['content/read'] }],
      })
      const heard = await announced(store(), async () => {
        await store().change(organization.id, SYSTEM, async (tx) => {
          await tx.credentials.putSecret(credential.id, { slot: 'password1', hash: next })
          await tx.scopeMaps.update(scopeMap.id, { rules: [] })
        })
      })
      expect(heard).toEqual(
        expect.arrayContaining([`credential:${credential.id}`, `scope-map:${scopeMap.id}`]),
      )
      expect(await store().read.credentials.secretByHash(password1)).toBeUndefined()
      expect(await store().read.credentials.secretByHash(next)).toMatchObject({ slot: 'password1' })
      expect(await store().read.credentials.secretByHash(password2)).toMatchObject({ slot: 'password2' })
      expect(await store().read.credentials.fileById(credential.id)).toMatchObject({
        credential: { version: 2, sessionVersion: 1 },
        scopeMap: { id: scopeMap.id, version: 2 },
        passwords: [{ expiresAt: undefined }, { expiresAt: undefined }],
        owner: undefined,
      })
      expect(await store().read.scopeMaps.fileById(scopeMap.id)).toEqual({
        id: scopeMap.id,
        version: 2,
        rules: [],
      })
      expect(await passwordsOf(credential.id)).toEqual([next, password2].map(hex).sort())
      expect((await store().read.credentials.secrets(credential.id)).map(({ slot }) => slot)).toEqual([
        'password1',
        'password2',
      ])
      const byName = await store().read.credentials.byName(organization.id, 'registry-token', 'device')
      expect(byName?.id).toBe(credential.id)
    })

    test('a password replaced for a while goes on beside the new one, and ends with the next change of a password', async () => {
      const { id } = await createOrganization(store())
      const [old, other, next, later] = [randomBytes(32), randomBytes(32), randomBytes(32), randomBytes(32)]
      const secrets = [
        { slot: 'password1', hash: old },
        { slot: 'password2', hash: other },
      ] as const
      const credential = required(
        await make(id, { kind: 'registry-token', organization: id, name: 'device', secrets }),
      )
      const change = (act: (tx: ChangeNouns) => Promise<unknown>) => store().change(id, SYSTEM, act)
      await change((tx) => tx.credentials.replaceSecret(credential.id, 'password1', next, 9_000))
      expect(await passwordsOf(credential.id)).toEqual([old, other, next].map(hex).sort())
      expect(await store().read.credentials.byId(credential.id)).toMatchObject({
        version: 2,
        sessionVersion: 1,
        overlapUntil: undefined,
      })
      await change((tx) =>
        tx.credentials.putSecret(credential.id, { slot: 'password1', hash: later, expiresAt: 77 }),
      )
      expect(await passwordsOf(credential.id)).toEqual([other, later].map(hex).sort())
      await change((tx) => tx.credentials.deleteSecret(credential.id, 'password2'))
      const file = required(await store().read.credentials.fileById(credential.id))
      expect(file.passwords).toEqual([{ hash: expect.anything(), expiresAt: 77 }])
      expect(file.credential).toMatchObject({ version: 4, sessionVersion: 1 })
    })

    test('one ends soon when a password of it does', async () => {
      const { id } = await createOrganization(store())
      const password = (slot: 'password1' | 'password2', expiresAt: number | undefined) =>
        ({ slot, hash: randomBytes(32), expiresAt }) as const
      await make(id, { name: 'itself', expiresAt: 50 })
      await make(id, { name: 'one', secrets: [password('password1', 90), password('password2', 50)] })
      await make(id, { name: 'later', expiresAt: 51, secrets: [password('password1', 51)] })
      await make(id, { name: 'over', expiresAt: 9, secrets: [password('password2', 9)] })
      await make(id, { name: 'never', secrets: [password('password1', undefined)] })
      const query = { kind: 'registry-token', organization: id, expires: { from: 10, to: 50 } } as const
      const { items } = await store().read.credentials.list(query, { limit: 10 })
      expect(items.map(({ name }) => name)).toEqual(['itself', 'one'])
      expect(await store().read.credentials.count(query)).toBe(2)
    })

    test('every organization has the five scope maps of the system, which nobody changes', async () => {
      const { id } = await createOrganization(store())
      const { items } = await store().read.scopeMaps.list(id, { limit: 10 })
      expect(items.map(({ name }) => name)).toEqual([
        '_repositories_admin',
        '_repositories_pull',
        '_repositories_pull_metadata_read',
        '_repositories_push',
        '_repositories_push_metadata_write',
      ])
      const [admin] = items
      const rules = await store().read.scopeMaps.rules(required(admin).id)
      expect(rules).toMatchObject([
        { pattern: { type: 'under', organization: id, prefix: '' }, actions: { length: 5 } },
      ])
      const refused = await store().change(id, SYSTEM, async (tx) => [
        await tx.scopeMaps.update(required(admin).id, { description: 'mine' }),
        await tx.scopeMaps.delete(required(admin).id),
      ])
      expect(refused).toEqual([undefined, false])
      expect(await store().read.scopeMaps.count(id)).toBe(0)
    })

    test('what many tokens and scope maps have is read together, and each has its own', async () => {
      const { id } = await createOrganization(store())
      const under = (prefix: string): NewRule => ({
        pattern: { type: 'under', organization: id, prefix },
        actions: ['content/read'],
        label: `${prefix}*`,
      })
      const tokens: CredentialId[] = []
      const maps: ScopeMapId[] = []
      await store().change(id, SYSTEM, async (tx) => {
        for (let n = 0; n < 230; n += 1) {
          const rules = [under(`z${n}/`), under(`a${n}/`), under('m/')].slice(n % 4)
          const secrets = (['password2', 'password1'] as const)
            .slice(n % 3)
            .map((slot) => ({ slot, hash: randomBytes(32), expiresAt: n }))
          const fields = { kind: 'registry-token', organization: id, createdBy: 'ann', rules } as const
          tokens.push(required(await tx.credentials.create({ ...fields, name: `token-${n}`, secrets })).id)
          maps.push(required(await tx.scopeMaps.create({ organization: id, name: `map-${n}`, rules })).id)
        }
      })
      const { credentials, scopeMaps } = store().read
      const [rules, secrets, mapRules] = [
        await credentials.rulesOfMany(tokens),
        await credentials.secretsOfMany(tokens),
        await scopeMaps.rulesOfMany(maps),
      ]
      for (const [index, token] of tokens.entries()) {
        const map = required(maps[index])
        expect(rules.get(token) ?? []).toEqual(await credentials.rules(token))
        expect(secrets.get(token) ?? []).toEqual(await credentials.secrets(token))
        expect(mapRules.get(map) ?? []).toEqual(await scopeMaps.rules(map))
      }
      expect((await scopeMaps.byIds(maps)).map((map) => map.id).sort()).toEqual(maps.toSorted())
      expect([(await credentials.rulesOfMany([])).size, await scopeMaps.byIds([])]).toEqual([0, []])
    })

    test('a scope map goes though tokens use it: they stay, without one, and whoever keeps them hears of it', async () => {
      const { id } = await createOrganization(store())
      const create = () =>
        store().change(id, SYSTEM, (tx) => tx.scopeMaps.create({ organization: id, name: 'map', rules: [] }))
      const map = required(await create())
      expect(await create()).toBeUndefined()
      const token = required(
        await make(id, { kind: 'registry-token', name: 'device', organization: id, scopeMap: map.id }),
      )
      const heard = await announced(store(), async () => {
        expect(await store().change(id, SYSTEM, (tx) => tx.scopeMaps.delete(map.id))).toBe(true)
      })
      expect(heard).toEqual([`scope-map:${map.id}`])
      expect(await store().read.scopeMaps.byName(id, 'map')).toBeUndefined()
      expect(await store().read.credentials.fileById(token.id)).toMatchObject({
        credential: { scopeMap: undefined },
        scopeMap: undefined,
      })
      expect(await store().change(id, SYSTEM, (tx) => tx.scopeMaps.delete(map.id))).toBe(false)
    })

    const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')

    async function passwordsOf(id: CredentialId): Promise<readonly string[]> {
      const { passwords } = required(await store().read.credentials.fileById(id))
      return passwords.map(({ hash }) => hex(hash)).sort()
    }
  })
}

import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { CompanyRecord } from '../port/companies.ts'
import type { ChangeNouns } from '../port.ts'
import {
  announced,
  createOrganization,
  createUser,
  required,
  storeFor,
  SYSTEM,
  uniqueName,
  type Harness,
} from './harness.ts'

export function companiesContract(harness: Harness): void {
  describe('companies', () => {
    const store = storeFor(harness)
    const change = <Value>(work: (tx: ChangeNouns) => Promise<Value>) =>
      store().change(store().installation, SYSTEM, work)
    const make = (name = uniqueName('holding')): Promise<CompanyRecord> =>
      change(async (tx) => required(await tx.companies.create({ name })))

    test('a name is one company’s; what is named changes', async () => {
      const { id, name } = await make()
      expect(await change((tx) => tx.companies.create({ name }))).toBeUndefined()
      expect(await change((tx) => tx.companies.update(id, {}))).toMatchObject({ displayName: name })
      expect(await change((tx) => tx.companies.update(id, { displayName: 'Holding' }))).toMatchObject({
        name,
        displayName: 'Holding',
      })
      const { items } = await store().read.companies.list({ limit: 1_000 })
      expect(items.map((company) => company.name)).toContain(name)
      expect(await store().read.companies.byName(uniqueName('none'))).toBeUndefined()
    })

    test('owners and organizations are listed by name, and go with the company but for the organizations', async () => {
      const company = await make()
      const [ann, bob] = [await createUser(store()), await createUser(store())]
      const [one, other] = [await createOrganization(store()), await createOrganization(store())]
      await change(async (tx) => {
        await tx.companies.addOwner(company.id, ann.id)
        await tx.companies.addOwner(company.id, bob.id)
        await tx.companies.place(one.id, company.id)
        await tx.companies.place(other.id, company.id)
      })
      const { read } = store()
      expect(await change((tx) => tx.companies.addOwner(company.id, ann.id))).toBe(false)
      expect(await read.companies.countOwners(company.id)).toBe(2)
      expect(await read.companies.isOwner(company.id, bob.id)).toBe(true)
      expect((await read.companies.ownedBy(ann.id)).map(({ id }) => id)).toEqual([company.id])
      const [first] = (await read.companies.owners(company.id, { limit: 1 })).items
      const rest = await read.companies.owners(company.id, { limit: 1, last: first?.user.name })
      expect([first, ...rest.items].map((owner) => owner?.user.id).toSorted()).toEqual(
        [ann.id, bob.id].toSorted(),
      )
      const names = (await read.companies.organizations(company.id, { limit: 10 })).items.map(
        ({ name }) => name,
      )
      expect(names).toEqual([one.name, other.name].toSorted())
      expect(await read.organizations.byId(one.id)).toMatchObject({ company: company.id })
      await change((tx) => tx.users.delete(bob.id))
      expect(await read.companies.countOwners(company.id)).toBe(1)
      expect(await change((tx) => tx.companies.delete(company.id))).toBe(true)
      expect(await change((tx) => tx.companies.delete(company.id))).toBe(false)
      expect(await read.companies.ownedBy(ann.id)).toEqual([])
      expect(required(await read.organizations.byId(one.id)).company).toBeUndefined()
    })

    test('an owner’s credentials know the organizations, and are told when they change', async () => {
      const [company, second] = [await make(), await make()]
      const ann = await createUser(store())
      const organization = await createOrganization(store())
      const credential = required(
        await change((tx) =>
          tx.credentials.create({
            kind: 'session',
            name: 'session',
            user: ann.id,
            createdBy: 'ann',
            secrets: [{ slot: 'token', hash: randomBytes(32) }],
          }),
        ),
      )
      const owned = async () =>
        required(await store().read.credentials.fileById(credential.id)).owner?.companyOwnerOf
      const told = (work: (tx: ChangeNouns) => Promise<unknown>) =>
        announced(store(), async () => {
          await change(work)
        })
      const hers = `memberships:${ann.id}` as const
      const its = `organization:${organization.id}` as const
      expect(await told((tx) => tx.companies.addOwner(company.id, ann.id))).toEqual([hers])
      expect(await owned()).toEqual([])
      expect(await told((tx) => tx.companies.place(organization.id, company.id))).toEqual([hers, its])
      expect(await owned()).toEqual([organization.id])
      expect(await told((tx) => tx.companies.place(organization.id, second.id))).toEqual([hers, its])
      expect(await owned()).toEqual([])
      await change((tx) => tx.companies.place(organization.id, company.id))
      expect(await told((tx) => tx.companies.removeOwner(company.id, ann.id))).toEqual([hers])
      expect(await change((tx) => tx.companies.removeOwner(company.id, ann.id))).toBe(false)
      await change((tx) => tx.companies.addOwner(company.id, ann.id))
      expect(await told((tx) => tx.companies.delete(company.id))).toEqual([hers, its])
      const last = await make()
      await change(async (tx) => {
        await tx.companies.addOwner(last.id, ann.id)
        await tx.companies.place(organization.id, last.id)
      })
      expect(await told((tx) => tx.organizations.delete(organization.id))).toContain(hers)
      expect(await owned()).toEqual([])
    })
  })
}

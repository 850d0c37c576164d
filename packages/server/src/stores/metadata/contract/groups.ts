import { randomBytes } from 'node:crypto'
import type { GroupPermission } from '@wharden/policy'
import { beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationRecord, UserRecord } from '../port/accounts.ts'
import type { GroupRecord } from '../port/groups.ts'
import type { ChangeNouns } from '../port.ts'
import {
  announced,
  createOrganization,
  createUser,
  repositoryName,
  required,
  storeFor,
  SYSTEM,
  type Harness,
} from './harness.ts'

export function groupsContract(harness: Harness): void {
  describe('groups', () => {
    const store = storeFor(harness)
    let organization: OrganizationRecord
    let ann: UserRecord
    let bob: UserRecord

    const change = <Value>(work: (tx: ChangeNouns) => Promise<Value>) =>
      store().change(organization.id, SYSTEM, work)
    const make = (name: string): Promise<GroupRecord> =>
      change(async (tx) => required(await tx.groups.create({ organization: organization.id, name })))
    const under = (prefix: string) => ({ type: 'under', organization: organization.id, prefix }) as const
    const give = (group: GroupRecord, label: string, permission: GroupPermission) =>
      change(async (tx) => {
        const { id } = await tx.repositories.resolveOrReserve(organization.id, repositoryName(label))
        const pattern = { type: 'repository', repository: id } as const
        return tx.groups.setPermission(group.id, { label, pattern, permission })
      })

    beforeAll(async () => {
      organization = await createOrganization(store())
      ann = await createUser(store())
      bob = await createUser(store())
      await change(async (tx) => {
        await tx.memberships.put(organization.id, ann.id, 'member')
        await tx.memberships.put(organization.id, bob.id, 'member')
      })
    })

    test('a name is one group’s in its organization, and can be changed', async () => {
      const web = await make('web')
      expect(
        await change((tx) => tx.groups.create({ organization: organization.id, name: 'web' })),
      ).toBeUndefined()
      const other = await createOrganization(store())
      const there = await store().change(other.id, SYSTEM, (tx) =>
        tx.groups.create({ organization: other.id, name: 'web', description: 'theirs' }),
      )
      expect(there).toMatchObject({ name: 'web', description: 'theirs' })
      const ops = await make('ops')
      expect(await change((tx) => tx.groups.update(ops.id, { name: 'web' }))).toBeUndefined()
      expect(await change((tx) => tx.groups.update(ops.id, { name: 'operations' }))).toMatchObject({
        id: ops.id,
        name: 'operations',
      })
      expect(await change((tx) => tx.groups.update(ops.id, { description: 'they run it' }))).toMatchObject({
        name: 'operations',
        description: 'they run it',
      })
      const page = await store().read.groups.list(organization.id, { limit: 1, last: 'operations' })
      expect(page.items.map(({ id }) => id)).toEqual([web.id])
      expect(await store().read.groups.byName(organization.id, 'ops')).toBeUndefined()
    })

    test('members are the organization’s, each once; who leaves it leaves its groups', async () => {
      const group = await make('leavers')
      expect(await change((tx) => tx.groups.addMember(group, ann.id))).toBe(true)
      expect(await change((tx) => tx.groups.addMember(group, ann.id))).toBe(false)
      await change((tx) => tx.groups.addMember(group, bob.id))
      const stranger = await createUser(store())
      await expect(change((tx) => tx.groups.addMember(group, stranger.id))).rejects.toThrow()
      const { read } = store()
      const page = await read.groups.members(group.id, { limit: 1 })
      expect(page.more).toBe(true)
      const [first] = page.items
      const next = await read.groups.members(group.id, { limit: 1, last: first?.user.name })
      const both = [first, ...next.items].map((member) => member?.user.id)
      expect(both.toSorted()).toEqual([ann.id, bob.id].toSorted())
      expect(await read.groups.ofMember(organization.id, ann.id)).toMatchObject([{ id: group.id }])
      const another = await make('another')
      await change((tx) => tx.groups.addMember(another, ann.id))
      const ofMembers = await read.groups.ofMembers(organization.id, [ann.id, bob.id, stranger.id])
      expect([ann, bob, stranger].map(({ id }) => ofMembers.get(id)?.map(({ name }) => name))).toEqual([
        ['another', 'leavers'],
        ['leavers'],
        undefined,
      ])
      expect(await read.groups.ofMembers((await createOrganization(store())).id, [ann.id])).toEqual(new Map())
      expect(await read.groups.ofMembers(organization.id, [])).toEqual(new Map())
      await change(async (tx) => {
        await tx.memberships.delete(organization.id, ann.id)
        await tx.memberships.put(organization.id, ann.id, 'member')
      })
      expect(await read.groups.ofMember(organization.id, ann.id)).toEqual([])
      expect(await read.groups.countMembers(group.id)).toBe(1)
      expect(await change((tx) => tx.groups.removeMember(group.id, bob.id))).toBe(true)
      expect(await change((tx) => tx.groups.removeMember(group.id, bob.id))).toBe(false)
    })

    test('a permission stands under its label, and a repository knows the groups that have it', async () => {
      const [one, other, third] = [await make('r-one'), await make('r-other'), await make('r-third')]
      await give(one, 'samples/nginx', 'read')
      const raised = await give(one, 'samples/nginx', 'write')
      await change((tx) =>
        tx.groups.setPermission(other.id, {
          label: 'samples/*',
          pattern: under('samples/'),
          permission: 'admin',
        }),
      )
      await give(third, 'samples/redis', 'read')
      const { read } = store()
      expect(await read.groups.permissions(one.id)).toEqual([raised])
      const name = repositoryName('samples/nginx')
      const nginx = required(await read.repositories.byName(organization.id, name))
      const having = await read.groups.withAccessTo(nginx)
      expect(having.map(({ group, permission }) => [group.name, permission.permission])).toEqual([
        ['r-one', 'write'],
        ['r-other', 'admin'],
      ])
      expect(await change((tx) => tx.groups.removePermission(one.id, 'samples/nginx'))).toEqual(raised)
      expect(await change((tx) => tx.groups.removePermission(one.id, 'samples/nginx'))).toBeUndefined()
      await change((tx) => tx.groups.delete(other.id))
      expect(await read.groups.withAccessTo(nginx)).toEqual([])
    })

    test('a credential’s file has its owner’s groups and what they were given', async () => {
      const group = await make('filed')
      const credential = required(
        await store().change(store().installation, SYSTEM, (tx) =>
          tx.credentials.create({
            kind: 'session',
            name: 'session',
            user: ann.id,
            createdBy: 'ann',
            secrets: [{ slot: 'token', hash: randomBytes(32) }],
          }),
        ),
      )
      const owner = async () => required(await store().read.credentials.fileById(credential.id)).owner
      expect(await owner()).toMatchObject({ groups: [], memberships: [{ groups: [] }] })
      await change((tx) => tx.groups.addMember(group, ann.id))
      await give(group, 'filed/app', 'write')
      await change((tx) =>
        tx.groups.setPermission(group.id, { label: '*', pattern: under(''), permission: 'read' }),
      )
      const filed = required(await owner())
      expect(filed.memberships).toMatchObject([{ organization: organization.id, groups: [group.id] }])
      const given = filed.groups.toSorted((a, b) => (a.permission < b.permission ? -1 : 1))
      expect(given).toMatchObject([
        { group: group.id, pattern: under(''), permission: 'read' },
        { group: group.id, pattern: { type: 'repository' }, permission: 'write' },
      ])
      await change((tx) => tx.groups.delete(group.id))
      expect(await owner()).toMatchObject({ groups: [], memberships: [{ groups: [] }] })
    })

    test('whoever is in a group is told of all that changes what they may do', async () => {
      const group = await make('told')
      const told = (work: (tx: ChangeNouns) => Promise<unknown>) =>
        announced(store(), async () => {
          await change(work)
        })
      const both = [`memberships:${ann.id}`, `memberships:${bob.id}`].toSorted()
      expect(await told((tx) => tx.groups.addMember(group, ann.id))).toEqual([`memberships:${ann.id}`])
      await change((tx) => tx.groups.addMember(group, bob.id))
      const everything = { label: '*', pattern: under(''), permission: 'read' } as const
      expect(await told((tx) => tx.groups.setPermission(group.id, everything))).toEqual(both)
      expect(await told((tx) => tx.groups.update(group.id, { name: 'retold' }))).toEqual([])
      expect(await told((tx) => tx.groups.removePermission(group.id, '*'))).toEqual(both)
      expect(await told((tx) => tx.groups.removeMember(group.id, bob.id))).toEqual([`memberships:${bob.id}`])
      expect(await told((tx) => tx.groups.delete(group.id))).toEqual([`memberships:${ann.id}`])
    })
  })
}

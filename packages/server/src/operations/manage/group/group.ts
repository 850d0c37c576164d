/**
 * Groups of an organization's members, and what they may do together. Here the groups themselves; who is in one stands in
 * `group-member`, what it may do in `group-permission`.
 */
import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { GroupRecord } from '../../../stores/metadata/port/groups.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { instant } from '../time.ts'
import { groupSubject, requireGroup, stillThere, type InOrganization, type OneGroup } from './find-group.ts'

/** @throws {AppError} `conflict` if the name is taken */
export async function createGroup(
  house: House,
  caller: Caller,
  input: InOrganization & { readonly name: string; readonly description: string },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'group/edit')
  const { name, description } = input
  const created = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const group = await tx.groups.create({ organization: organization.id, name, description })
    if (group === undefined) throw taken(organization, name)
    await tx.record(
      toStored({ type: 'group_created', subject: groupSubject(organization, group), after: stateOf(group) }),
    )
    return group
  })
  return groupView(house, organization, created)
}

/** All of the organization, or those that one member is in. */
export async function listGroups(
  house: House,
  caller: Caller,
  { user, ...input }: InOrganization & Paging & { readonly user?: AccountName | undefined },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'group/read')
  const { groups } = house.store.read
  const page =
    user === undefined
      ? await groups.list(organization.id, { limit: input.limit, last: input.after })
      : pageOfAll(await groupsOf(house, organization, user), input, ({ name }) => name)
  const views = await Promise.all(page.items.map((group) => groupView(house, organization, group)))
  return pageView(
    { items: views, more: page.more },
    (view) => view,
    ({ name }) => name,
  )
}

/** None of whoever is in none, no member or no user at all. */
async function groupsOf(
  { store }: House,
  organization: OrganizationRecord,
  name: AccountName,
): Promise<readonly GroupRecord[]> {
  const user = await store.read.users.byName(name)
  return user === undefined ? [] : store.read.groups.ofMember(organization.id, user.id)
}

export async function showGroup(house: House, caller: Caller, input: OneGroup) {
  const { organization, group } = await requireGroup(house, caller, input, 'group/read')
  return groupView(house, organization, group)
}

/** What refers to it holds its id: renamed, it keeps its members and permissions. @throws {AppError} `conflict` */
export async function updateGroup(
  house: House,
  caller: Caller,
  input: OneGroup & { readonly name?: string | undefined; readonly description?: string | undefined },
) {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  const { name, description } = input
  const updated = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await stillThere(tx.groups, organization, group)
    const after = await tx.groups.update(group.id, { name, description })
    if (after === undefined) throw taken(organization, name ?? before.name)
    await tx.record(
      toStored({
        type: 'group_updated',
        subject: groupSubject(organization, before),
        before: stateOf(before),
        after: stateOf(after),
      }),
    )
    return after
  })
  return groupView(house, organization, updated)
}

/** What it gave ends at once. */
export async function deleteGroup(house: House, caller: Caller, input: OneGroup): Promise<void> {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await stillThere(tx.groups, organization, group)
    const members = await tx.groups.countMembers(group.id)
    const permissions = (await tx.groups.permissions(group.id)).map(({ label, permission }) => ({
      repository: label,
      permission,
    }))
    await tx.groups.delete(group.id)
    await tx.record(
      toStored({
        type: 'group_deleted',
        subject: groupSubject(organization, before),
        before: { ...stateOf(before), members, permissions },
      }),
    )
  })
}

async function groupView(house: House, organization: OrganizationRecord, group: GroupRecord) {
  const { id, name, description, createdAt } = group
  return {
    name,
    organization: organization.name,
    id,
    description,
    members: await house.store.read.groups.countMembers(id),
    createdAt: instant(createdAt),
  }
}

function stateOf({ name, description }: GroupRecord): JsonObject {
  return { name, description }
}

function taken(organization: OrganizationRecord, name: string): AppError {
  return new AppError(
    'conflict',
    `\`${organization.name}\` has a group \`${name}\` already; choose another name`,
    {
      field: 'name',
    },
  )
}

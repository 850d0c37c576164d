import {
  describeRepositorySelectorProblem,
  parseRepositorySelector,
  type GroupPermission,
  type OrganizationId,
  type PathPattern,
} from '@wharden/policy'
import type { RepositoryName } from '@wharden/oci'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { GroupPermissionRecord } from '../../../stores/metadata/port/groups.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import type { RepositoryRecord } from '../../../stores/metadata/port/repositories.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireHeld } from '../held.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { findRepository } from '../repository.ts'
import { requireSignedIn } from '../signed-in.ts'
import { groupSubject, requireGroup, stillThere, type InOrganization, type OneGroup } from './find-group.ts'
import { giftOf } from './group-gifts.ts'

type One = OneGroup & { readonly repository: string }

/** What a person's every request may have to look through. */
const MOST = 500

export async function listGroupPermissions(house: House, caller: Caller, input: OneGroup & Paging) {
  const { group } = await requireGroup(house, caller, input, 'group/read')
  const all = await house.store.read.groups.permissions(group.id)
  const page = pageOfAll(all, input, ({ label }) => label)
  const ids = page.items.flatMap(({ pattern }) => (pattern.type === 'repository' ? [pattern.repository] : []))
  const found = new Map(
    (await house.store.read.repositories.byIds(ids)).map((repository) => [repository.id, repository]),
  )
  return pageView(
    page,
    (permission) => permissionView(permission, found),
    ({ label }) => label,
  )
}

/**
 * Gives a group a permission on a repository, whose id is reserved if there is none yet, or on all below a prefix.
 * @throws {AppError} `denied` for what the caller doesn't hold, `invalid`, `conflict` for too many
 */
export async function setGroupPermission(
  house: House,
  caller: Caller,
  input: One & { readonly permission: GroupPermission },
) {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  const path = readPath(input.repository)
  const { repository: label, permission } = input
  return house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const current = await stillThere(tx.groups, organization, group)
    const { pattern, place } = await bind(tx, organization.id, path)
    requireHeld(requireSignedIn(caller), [giftOf(organization, { label, pattern, permission }, place)])
    const all = await tx.groups.permissions(group.id)
    const before = all.find((one) => one.label === label)
    if (before === undefined && all.length >= MOST) throw tooMany(current.name)
    const after = await tx.groups.setPermission(group.id, { label, pattern, permission })
    const subject = groupSubject(organization, current)
    await tx.record(
      toStored(
        before === undefined
          ? { type: 'group_permission_added', subject, after: stateOf(after) }
          : { type: 'group_permission_updated', subject, before: stateOf(before), after: stateOf(after) },
      ),
    )
    return permissionView(after, new Map(place === undefined ? [] : [[place.id, place]]))
  })
}

/** @throws {AppError} `not-found` */
export async function removeGroupPermission(house: House, caller: Caller, input: One): Promise<void> {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const current = await stillThere(tx.groups, organization, group)
    const before = await tx.groups.removePermission(group.id, input.repository)
    if (before === undefined) {
      throw new AppError(
        'not-found',
        `the group \`${current.name}\` was given nothing on \`${input.repository}\` by that name; see \`wharden group permission list\``,
      )
    }
    await tx.record(
      toStored({
        type: 'group_permission_removed',
        subject: groupSubject(organization, current),
        before: stateOf(before),
      }),
    )
  })
}

/** Which groups have access to a repository: by itself, or by a prefix of its name. */
export async function listRepositoryGroups(
  house: House,
  caller: Caller,
  input: InOrganization & Paging & { readonly repository: RepositoryName },
) {
  await requireOrganization(house, caller, input.organization, 'group/read')
  const { repository } = await findRepository(house, caller, input)
  const all = (await house.store.read.groups.withAccessTo(repository)).map(({ group, permission }) => ({
    group: group.name,
    repository: permission.label,
    permission: permission.permission,
  }))
  const key = (row: (typeof all)[number]) => `${row.group} ${row.repository}`
  return pageView(pageOfAll(all, input, key), (row) => row, key)
}

/** @throws {AppError} `invalid` */
function readPath(text: string): PathPattern {
  const selector = parseRepositorySelector(text)
  if (selector.type === 'error') {
    throw new AppError('invalid', describeRepositorySelectorProblem(selector.error), { field: 'repository' })
  }
  if (selector.value.type === 'ours') return selector.value.path
  throw new AppError('invalid', 'a group is given repositories of its own organization only', {
    field: 'repository',
  })
}

type Bound = { readonly pattern: GroupPermissionRecord['pattern']; readonly place?: RepositoryRecord }

async function bind(tx: ChangeNouns, organization: OrganizationId, path: PathPattern): Promise<Bound> {
  if (path.type === 'under') return { pattern: { ...path, organization } }
  const place = await tx.repositories.resolveOrReserve(organization, path.name)
  return { pattern: { type: 'repository', repository: place.id }, place }
}

function permissionView(
  { label, permission, pattern }: GroupPermissionRecord,
  repositories: ReadonlyMap<string, RepositoryRecord>,
) {
  const state = pattern.type === 'under' ? 'pattern' : (repositories.get(pattern.repository)?.state ?? 'gone')
  return { repository: label, permission, state } as const
}

function stateOf({ label, permission }: GroupPermissionRecord): JsonObject {
  return { repository: label, permission }
}

function tooMany(group: string): AppError {
  return new AppError(
    'conflict',
    `the group \`${group}\` has ${MOST} permissions, which is all it may have; give it a pattern, as in \`samples/*\``,
  )
}

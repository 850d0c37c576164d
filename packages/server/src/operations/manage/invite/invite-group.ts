import { actionsOn, GROUP_RIGHTS } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { GroupRecord } from '../../../stores/metadata/port/groups.ts'
import { authorize } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireHeld } from '../held.ts'
import { requireSignedIn } from '../signed-in.ts'

/** The group that people are to come into, if one was named. @throws {AppError} `not-found`, `denied` */
export async function groupToGive(
  house: House,
  caller: Caller,
  organization: OrganizationRecord,
  name: string | undefined,
): Promise<GroupRecord | undefined> {
  if (name === undefined) return undefined
  const group = await house.store.read.groups.byName(organization.id, name)
  await requireMayAddTo(house, caller, organization, group)
  if (group !== undefined) return group
  throw new AppError('not-found', `there is no group \`${name}\` in \`${organization.name}\``)
}

/** Whoever invites into a group could put people there, and holds what it gives. @throws {AppError} `denied` */
export async function requireMayAddTo(
  house: House,
  caller: Caller,
  organization: OrganizationRecord,
  group: Pick<GroupRecord, 'id'> | undefined,
): Promise<void> {
  await authorize(house, caller, 'group/edit', { type: 'organization', organization: organization.id })
  if (group === undefined) return
  const { groups, repositories } = house.store.read
  const gifts = (await groups.permissions(group.id)).map(async ({ pattern, permission, label }) => {
    const repository = pattern.type === 'repository' ? await repositories.byId(pattern.repository) : undefined
    return {
      label: `${organization.name}/${label}`,
      pattern,
      actions: actionsOn(GROUP_RIGHTS[permission], pattern),
      place: repository && { organization: organization.id, name: repository.name },
    }
  })
  requireHeld(requireSignedIn(caller), await Promise.all(gifts))
}

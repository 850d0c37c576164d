import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { GroupRecord } from '../../../stores/metadata/port/groups.ts'
import { authorize } from '../../authorize.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireGroup } from '../group/find-group.ts'
import { giftsOf } from '../group/group-gifts.ts'
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
  const asked = { organization: organization.name, group: name }
  const { group } = await requireGroup(house, caller, asked, 'group/edit')
  await requireMayAddTo(house, caller, organization, group)
  return group
}

/** Whoever invites into a group could put people there, and holds what it gives. @throws {AppError} `denied` */
export async function requireMayAddTo(
  house: House,
  caller: Caller,
  organization: OrganizationRecord,
  group: Pick<GroupRecord, 'id'>,
): Promise<void> {
  await authorize(house, caller, 'group/edit', { type: 'organization', organization: organization.id })
  requireHeld(requireSignedIn(caller), await giftsOf(house.store.read, organization, group))
}

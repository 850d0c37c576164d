import type { AccountName, OrganizationAction } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { GroupReader, GroupRecord } from '../../../stores/metadata/port/groups.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { requireOrganization } from '../find-organization.ts'

export type InOrganization = { readonly organization: AccountName }
export type OneGroup = InOrganization & { readonly group: string }

/** The group, once the caller may do `action` in its organization. @throws {AppError} `not-found`, `denied` */
export async function requireGroup(
  house: House,
  caller: Caller,
  input: OneGroup,
  action: Extract<OrganizationAction, 'group/read' | 'group/edit'>,
): Promise<{ readonly organization: OrganizationRecord; readonly group: GroupRecord }> {
  const organization = await requireOrganization(house, caller, input.organization, action)
  const group = await house.store.read.groups.byName(organization.id, input.group)
  if (group === undefined) throw unknownGroup(organization, input.group)
  return { organization, group }
}

/** The same group, as it is inside a change. @throws {AppError} `not-found` if it is gone */
export async function stillThere(
  groups: GroupReader,
  organization: OrganizationRecord,
  { id, name }: GroupRecord,
): Promise<GroupRecord> {
  const group = await groups.byId(id)
  if (group === undefined) throw unknownGroup(organization, name)
  return group
}

export function groupSubject(organization: OrganizationRecord, { name }: Pick<GroupRecord, 'name'>) {
  return `group/${organization.name}/${name}` as const
}

function unknownGroup(organization: OrganizationRecord, name: string): AppError {
  return new AppError('not-found', `\`${organization.name}\` has no group \`${name}\``)
}

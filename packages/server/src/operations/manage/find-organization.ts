import type { AccountName, OrganizationAction, OrganizationId, Principal } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { OrganizationRecord } from '../../stores/metadata/port/accounts.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'

/**
 * The organization, once the caller may do `action` in it.
 * @throws {AppError} `not-found` if there is none or the caller has nothing to do with it; `denied` if the caller belongs to it and may not
 */
export async function requireOrganization(
  house: House,
  caller: Caller,
  name: AccountName,
  action: OrganizationAction,
): Promise<OrganizationRecord> {
  const organization = await findOrganization(house, caller, name)
  await authorize(house, caller, action, { type: 'organization', organization: organization.id })
  return organization
}

/** The organization, if the caller may know that there is one. @throws {AppError} `not-found` */
export async function findOrganization(
  house: House,
  caller: Caller,
  name: AccountName,
): Promise<OrganizationRecord> {
  const organization = await house.store.read.organizations.byName(name)
  if (organization === undefined || !belongs(caller.principal, organization.id)) {
    throw new AppError('not-found', `there is no organization \`${name}\`, or none that you may see`)
  }
  return organization
}

/** Whether a principal has anything to do with an organization: what they may do there is `authorize`'s to say. */
export function belongs(principal: Principal, organization: OrganizationId): boolean {
  if (principal.type === 'anonymous') return false
  return (
    principal.installationAdministrator ||
    principal.organization === organization ||
    principal.companyOwnerOf?.includes(organization) === true ||
    principal.memberships.some((membership) => membership.organization === organization)
  )
}

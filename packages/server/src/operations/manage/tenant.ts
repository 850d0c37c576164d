import type { AccountName } from '@wharden/policy'
import type { Tenant } from '../../stores/metadata/port.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireOrganization } from './find-organization.ts'

/**
 * Whose log is asked for, once the caller may read it: an organization's, or, named by nothing, the installation's own.
 * @throws {AppError} `not-found`, `denied`
 */
export async function requireLogOf(
  house: House,
  caller: Caller,
  organization: AccountName | undefined,
  action: 'audit/read' | 'activity/read',
): Promise<Tenant> {
  if (organization !== undefined) return (await requireOrganization(house, caller, organization, action)).id
  await authorize(house, caller, 'installation/read', { type: 'installation' })
  return house.store.installation
}

import type { AccountName, OrganizationId } from '@wharden/policy'
import type { Tenant } from '../../stores/metadata/port.ts'
import { authorize, mayDo } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireOrganization } from './find-organization.ts'

const INSTALLATION = { type: 'installation' } as const

/**
 * Whose log is asked for, once the caller may read it: an organization's, or, named by nothing, the installation's own. Whoever
 * may read that reads the log that a deleted organization left as well, by its id.
 * @throws {AppError} `not-found`, `denied`
 */
export async function requireLogOf(
  house: House,
  caller: Caller,
  organization: AccountName | undefined,
  action: 'audit/read' | 'activity/read',
): Promise<Tenant> {
  if (organization !== undefined) {
    const left = await leftBy(house, caller, organization)
    return left ?? (await requireOrganization(house, caller, organization, action)).id
  }
  await authorize(house, caller, 'installation/read', INSTALLATION)
  return house.store.installation
}

async function leftBy(house: House, caller: Caller, name: AccountName): Promise<Tenant | undefined> {
  const { organizations, audit } = house.store.read
  // An id that nothing has any more, if it is one at all: only the log can tell.
  const id = name as string as OrganizationId
  if ((await organizations.byName(name)) !== undefined || (await organizations.byId(id)) !== undefined)
    return undefined
  if (id === house.store.installation || !(await mayDo(house, caller, 'installation/read', INSTALLATION)))
    return undefined
  return (await audit.list(id, { limit: 1 })).items.length === 0 ? undefined : id
}

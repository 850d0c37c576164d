import type { AccountName } from '@wharden/policy'
import { AppError } from '../../errors.ts'
import type { Plan } from '../../stores/metadata/port/accounts.ts'
import { authorize } from '../authorize.ts'
import { resourceIdOf, subscriptionOf, tenantOfInstallation } from '../azure-ids.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { requireSignedIn } from './signed-in.ts'
import { instant } from './time.ts'

/** An organization as Azure's clients see it: a subscription with one registry, in a resource group of the same name. */
export type AzureRegistry = {
  /** The path of the registry in the control plane. */
  readonly id: string
  readonly tenant: string
  readonly subscription: string
  readonly name: AccountName
  readonly displayName: string
  readonly plan: Plan
  readonly createdAt: string
}

/** The one that a service principal is of; it sees no other. @throws {AppError} `not-found`, `denied` */
export async function azureRegistryOf(house: House, caller: Caller): Promise<AzureRegistry> {
  const { organization: id } = requireSignedIn(caller)
  const organization = id === undefined ? undefined : await house.store.read.organizations.byId(id)
  if (organization === undefined) {
    throw new AppError('not-found', 'the organization of this service principal is not there any more')
  }
  await authorize(house, caller, 'organization/read', { type: 'organization', organization: organization.id })
  const { name, displayName, plan, createdAt } = organization
  return {
    id: resourceIdOf(organization),
    tenant: tenantOfInstallation(house.identity.issuer),
    subscription: subscriptionOf(organization.id),
    name,
    displayName,
    plan,
    createdAt: instant(createdAt),
  }
}

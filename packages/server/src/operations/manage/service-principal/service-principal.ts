/** Service principals: what an organization lets Azure's tools sign in as. Each belongs to one organization, and ends with it. */
import type { AccountName, CredentialId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ReadNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { pageOfAll, pageView, type Paging } from '../page.ts'
import { servicePrincipalState, servicePrincipalView } from './service-principal-view.ts'

const KIND = 'service-principal'

export type ServicePrincipalRecord = CredentialRecord & { readonly kind: typeof KIND }

/** By its client id. */
export type Named = { readonly organization: AccountName; readonly servicePrincipal: string }

export async function listServicePrincipals(
  house: House,
  caller: Caller,
  input: Paging & { readonly organization: AccountName; readonly name?: string | undefined },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const { credentials } = house.store.read
  const { limit, after, name } = input
  const query = { kind: KIND, organization: organization.id } as const
  const page =
    name === undefined
      ? // What isn't an id only says where to go on.
        await credentials.list(query, { limit, last: after as CredentialId | undefined })
      : pageOfAll(await named(house.store.read, organization, name), input, ({ id }) => id)
  return pageView(
    page,
    (one) => servicePrincipalView(house, organization.name, one, caller.context.now),
    ({ id }) => id,
  )
}

/** The one of this name, if there is one. */
export async function named(
  { credentials }: Pick<ReadNouns, 'credentials'>,
  { id }: Pick<OrganizationRecord, 'id'>,
  name: string,
): Promise<readonly CredentialRecord[]> {
  const found = await credentials.byName(id, KIND, name)
  return found === undefined ? [] : [found]
}

export async function showServicePrincipal(house: House, caller: Caller, input: Named) {
  const organization = await requireOrganization(house, caller, input.organization, 'token/read')
  const found = await requireServicePrincipal(house.store.read, organization, input.servicePrincipal)
  return servicePrincipalView(house, organization.name, found, caller.context.now)
}

export async function deleteServicePrincipal(house: House, caller: Caller, input: Named): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const actor = await actorOf(house, caller)
  await house.store.change(organization.id, actor, async (tx) => {
    const found = await requireServicePrincipal(tx, organization, input.servicePrincipal)
    const before = servicePrincipalState(found, caller.context.now)
    await tx.credentials.delete(found.id)
    await tx.record(toStored({ type: 'service_principal_deleted', subject: subjectOf(found), before }))
  })
}

/** The organization's own of this client id. @throws {AppError} `not-found` */
export async function requireServicePrincipal(
  { credentials }: Pick<ReadNouns, 'credentials'>,
  organization: OrganizationRecord,
  text: string,
): Promise<ServicePrincipalRecord> {
  const found = await credentials.byId(text as CredentialId) // any text may be an id: whether it is one, the store knows
  if (found !== undefined && isServicePrincipal(found) && found.organization === organization.id) return found
  throw new AppError(
    'not-found',
    `\`${organization.name}\` has no service principal \`${text}\`: \`wharden service-principal list\` shows their client ids`,
  )
}

export function isServicePrincipal(credential: CredentialRecord): credential is ServicePrincipalRecord {
  return credential.kind === KIND
}

export function subjectOf({ id }: Pick<CredentialRecord, 'id'>): `service-principal/${string}` {
  return `service-principal/${id}`
}

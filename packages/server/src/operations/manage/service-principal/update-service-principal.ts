import { toStored } from '../../../audit/event.ts'
import type { CredentialStatus } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireUnexpired } from '../require-unexpired.ts'
import { servicePrincipalState, servicePrincipalView } from './service-principal-view.ts'
import {
  requireServicePrincipal,
  subjectOf,
  type Named,
  type ServicePrincipalRecord,
} from './service-principal.ts'

/** What is absent stays as it is. */
type Change = {
  readonly description?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly status?: CredentialStatus | undefined
}

/** Changes a service principal; the next request with it, or with anything issued to it, meets the change. @throws {AppError} */
export async function updateServicePrincipal(house: House, caller: Caller, input: Named & Change) {
  const { now } = caller.context
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const actor = await actorOf(house, caller)
  const updated = await house.store.change(organization.id, actor, async (tx) => {
    const found = await requireServicePrincipal(tx, organization, input.servicePrincipal)
    requireUnexpired(found, 'service principal', now)
    const before = servicePrincipalState(found, now)
    const changed = await applyChange(tx, found, input)
    const after = servicePrincipalState(changed, now)
    await tx.record(toStored({ type: 'service_principal_updated', subject: subjectOf(found), before, after }))
    return changed
  })
  return servicePrincipalView(house, organization.name, updated, now)
}

async function applyChange(
  tx: ChangeNouns,
  found: ServicePrincipalRecord,
  { description, addresses, status }: Change,
) {
  const updated = await tx.credentials.update(found.id, { description, allowedAddresses: addresses })
  const after = status === undefined ? updated : await tx.credentials.setStatus(found.id, status)
  return after ?? found
}

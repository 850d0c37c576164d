import type { AccountName, ServicePrincipalRole } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import { mintSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { readExpiry } from '../read-expiry.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireHeld } from '../held.ts'
import { requireSignedIn } from '../signed-in.ts'
import { keptSecret } from '../token/kept-secret.ts'
import { requireLifetimeWithin } from '../token/maximum-lifetime.ts'
import { servicePrincipalRules } from './service-principal-rules.ts'
import { servicePrincipalState, servicePrincipalView } from './service-principal-view.ts'
import { subjectOf } from './service-principal.ts'

export type NewServicePrincipal = {
  readonly organization: AccountName
  readonly name: string
  readonly role: ServicePrincipalRole
  readonly description: string
  readonly addresses: readonly string[]
  /** ISO 8601, or null for never. */
  readonly expiresAt: string | null
}

/** Makes a service principal and shows its secret, this once: only the hash is kept. @throws {AppError} */
export async function createServicePrincipal(house: House, caller: Caller, input: NewServicePrincipal) {
  const { now } = caller.context
  const organization = await requireOrganization(house, caller, input.organization, 'token/edit')
  const expiresAt = readExpiry(input.expiresAt, now)
  requireLifetimeWithin(organization, 'service-principal', expiresAt, now)
  const secret = mintSecret('spn')
  const rules = servicePrincipalRules(input.role, organization.id)
  requireHeld(requireSignedIn(caller), rules)
  const actor = await actorOf(house, caller)
  const created = await house.store.change(organization.id, actor, async (tx) => {
    await requireFree(tx, organization, input.name)
    const principal = await tx.credentials.create({
      kind: 'service-principal',
      organization: organization.id,
      name: input.name,
      description: input.description,
      scopes: [input.role],
      allowedAddresses: input.addresses,
      createdBy: actor.name,
      expiresAt,
      rules,
      secrets: [keptSecret({ slot: 'token', secret })],
    })
    if (principal === undefined) throw taken(organization, input.name)
    await remember(tx, principal, now)
    return principal
  })
  return {
    servicePrincipal: servicePrincipalView(house, organization.name, created, now),
    secret: secret.text.reveal(),
  }
}

/** The change holds the organization's row: nobody takes the name between our look and our change. */
async function requireFree(tx: ChangeNouns, organization: OrganizationRecord, name: string): Promise<void> {
  const there = await tx.credentials.byName(organization.id, 'service-principal', name)
  if (there !== undefined) throw taken(organization, name)
}

function taken(organization: OrganizationRecord, name: string): AppError {
  return new AppError(
    'conflict',
    `\`${organization.name}\` has a service principal \`${name}\` already; choose another name, or rotate its secret`,
    { field: 'name' },
  )
}

async function remember(tx: ChangeNouns, principal: CredentialRecord, now: number): Promise<void> {
  const after = servicePrincipalState(principal, now)
  await tx.record(toStored({ type: 'service_principal_created', subject: subjectOf(principal), after }))
}

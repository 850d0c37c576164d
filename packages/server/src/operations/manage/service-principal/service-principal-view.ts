import { isServicePrincipalRole, type AccountName } from '@wharden/policy'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { JsonObject } from '../../../stores/metadata/port/page.ts'
import { tenantOfInstallation } from '../../azure-ids.ts'
import type { House } from '../../house.ts'
import { credentialView } from '../credential-view.ts'

/** A service principal as the API shows it: everything but its secret, which nobody has any more. */
export function servicePrincipalView(
  { identity }: Pick<House, 'identity'>,
  organization: AccountName,
  principal: CredentialRecord,
  now: number,
) {
  return {
    ...credentialView(principal, now),
    ...ownView(principal),
    organization,
    tenant: tenantOfInstallation(identity.issuer),
  }
}

/** As the audit log remembers it. */
export function servicePrincipalState(principal: CredentialRecord, now: number): JsonObject {
  const { lastUsed: _, id: _id, createdAt: _createdAt, ...view } = credentialView(principal, now)
  return { ...view, ...ownView(principal) }
}

function ownView({ name, scopes }: CredentialRecord) {
  return { name, role: scopes.find(isServicePrincipalRole) ?? ('reader' as const) }
}

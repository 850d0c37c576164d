import type { IssuedServicePrincipal, ServicePrincipal } from '@wharden/api'
import type { View } from '../../output/view.ts'
import type { Session } from '../../session.ts'

export const SERVICE_PRINCIPAL_VIEW: View<ServicePrincipal> = [
  ['NAME', ({ name }) => name],
  ['ROLE', ({ role }) => role],
  ['STATUS', ({ status }) => status],
  ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
  ['LAST USED', ({ lastUsed }) => (lastUsed === null ? 'never' : `${lastUsed.at} from ${lastUsed.address}`)],
  ['CREATED BY', ({ createdBy }) => createdBy],
  ['CLIENT ID', ({ id }) => id],
]

type Issued = IssuedServicePrincipal & { readonly previousUntil?: string }

const ISSUED_VIEW: View<Issued> = [
  ['CLIENT ID', ({ servicePrincipal }) => servicePrincipal.id],
  ['SECRET', ({ secret }) => secret],
  ['TENANT', ({ servicePrincipal }) => servicePrincipal.tenant],
  ['EXPIRES', ({ servicePrincipal }) => servicePrincipal.expiresAt ?? 'never'],
]

const REPLACED_VIEW: View<Issued> = [
  ...ISSUED_VIEW,
  ['OLD ONE UNTIL', ({ previousUntil }) => previousUntil ?? ''],
]

/** A new secret, and what to do with it. */
export async function printIssued(session: Session, issued: Issued): Promise<void> {
  const { id, organization, tenant } = issued.servicePrincipal
  await session.print(issued, issued.previousUntil === undefined ? ISSUED_VIEW : REPLACED_VIEW)
  session.say('the secret is shown once; keep it now')
  session.say(`next: az login --service-principal --username ${id} --tenant ${tenant} --password …`)
  session.say(`before the first time: wharden azure setup --org ${organization}`)
}

import {
  organizationGrants,
  SERVICE_PRINCIPAL_RIGHTS,
  type OrganizationId,
  type ServicePrincipalRole,
} from '@wharden/policy'
import type { NewRule } from '../../../stores/metadata/port/credentials.ts'

/** What a role gives in the organization, as rules: repositories that aren't there yet included. */
export function servicePrincipalRules(
  role: ServicePrincipalRole,
  organization: OrganizationId,
): readonly NewRule[] {
  return organizationGrants(SERVICE_PRINCIPAL_RIGHTS[role], organization, role).map(
    ({ pattern, actions }) => ({ pattern, actions, label: role }),
  )
}

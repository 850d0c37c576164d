import { denied, NOTHING, refused, type Asking, type Check } from './asking.ts'
import type { OrganizationId } from './ids.ts'

/**
 * Has the principal signed in where an organization demands it? For repositories of ours any credential will do, as
 * its grants have been asked; to reach a host, it must be one of the organization's people or credentials.
 * The first check that reads policies, so it is also the one that misses them.
 */
export const checkSignIn: Check = (asking) => {
  const { resource } = asking.question
  if (resource.type === 'organization' || resource.type === 'installation') return NOTHING
  const missing = asking.governing.some(
    (id) => !asking.policies.some(({ organization }) => organization === id),
  )
  const unsigned = asking.policies
    .filter(({ signIn }) => signIn.mode !== 'off')
    .filter(({ organization }) => !hasSignedIn(asking, organization))
    .map(({ organization, signIn }) => refused(signIn.mode, { type: 'sign-in', organization }))
  return missing ? [denied({ type: 'missing-fact', fact: 'policy' }), ...unsigned] : unsigned
}

function hasSignedIn({ question: { principal, resource } }: Asking, organization: OrganizationId): boolean {
  if (principal.type === 'anonymous') return false
  if (resource.type !== 'host') return true
  return (
    principal.organization === organization ||
    principal.memberships.some((membership) => membership.organization === organization)
  )
}

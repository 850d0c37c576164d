import type { OrganizationId } from './ids.ts'
import type { Principal } from './principal.ts'

/**
 * Whose policies a question falls under: the organization of the site that was called, else the credential's own, else
 * the one its person has pinned, else all the person is a member of, each of which must allow. Nobody's: `[]`, and
 * what isn't ours is denied.
 */
export function governingOrganizations(
  site: OrganizationId | undefined,
  principal: Principal,
): readonly OrganizationId[] {
  if (site !== undefined) return [site]
  if (principal.type === 'anonymous') return []
  if (principal.organization !== undefined) return [principal.organization]
  if (principal.pinned !== undefined) return [principal.pinned]
  return principal.memberships.map(({ organization }) => organization)
}

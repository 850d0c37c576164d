import type { OrganizationId } from './ids.ts'
import type { Principal } from './principal.ts'
import type { Resource } from './resource.ts'

/**
 * Whose policies a question falls under. What is an organization's own, that organization's. What isn't ours: the
 * organization of the site that was called, else the credential's own, else the one its person has pinned, else all
 * the person is a member of, each of which must allow. Nobody's: `[]`, and `decide` denies.
 *
 * @param site the organization whose address was called, if it was one's
 */
export function governingOrganizations(
  principal: Principal,
  resource: Resource,
  site: OrganizationId | undefined,
): readonly OrganizationId[] {
  if (resource.type === 'installation') return []
  if ('organization' in resource) return [resource.organization]
  if (site !== undefined) return [site]
  if (principal.type === 'anonymous') return []
  if (principal.organization !== undefined) return [principal.organization]
  if (principal.pinned !== undefined) return [principal.pinned]
  return principal.memberships.map(({ organization }) => organization)
}

import {
  HOST_ACTIONS,
  INSTALLATION_ACTIONS,
  ORGANIZATION_ACTIONS,
  REPOSITORY_ACTIONS,
  type Action,
} from './action.ts'
import { ANONYMOUS_GRANTS } from './credential-grants.ts'
import type { Facts } from './facts.ts'
import { compileGrants, ruleFor, type GrantSet, type Rights } from './grant-set.ts'
import type { OrganizationId, RuleId } from './ids.ts'
import { lookUp } from './path-index.ts'
import type { Principal } from './principal.ts'
import type { Resource } from './resource.ts'

const ANONYMOUS = compileGrants(ANONYMOUS_GRANTS)

const ACTIONS_ON: Readonly<Record<Resource['type'], readonly Action[]>> = {
  repository: REPOSITORY_ACTIONS,
  upstream: REPOSITORY_ACTIONS,
  host: HOST_ACTIONS,
  organization: ORGANIZATION_ACTIONS,
  installation: INSTALLATION_ACTIONS,
}

export function grantSetOf(principal: Principal): GrantSet {
  return principal.type === 'anonymous' ? ANONYMOUS : principal.grants
}

/**
 * What the grants of a principal let it do to a resource, in the order of the tables; no policy, lock or state of the
 * credential is asked.
 *
 * @param governing of an upstream repository: each must have given it
 */
export function grantedActions(
  principal: Principal,
  resource: Resource,
  facts: Facts,
  governing: readonly OrganizationId[] = facts.governing,
): readonly Action[] {
  return ACTIONS_ON[resource.type].filter(
    (action) => grantingRules(principal, action, resource, facts, governing).length > 0,
  )
}

/** The rules that give an action, from the widest to the narrowest pattern; none: it isn't given. */
export function grantingRules(
  principal: Principal,
  action: Action,
  resource: Resource,
  facts: Facts,
  governing: readonly OrganizationId[],
): readonly RuleId[] {
  const grants = grantSetOf(principal)
  if (!ACTIONS_ON[resource.type].includes(action)) return []
  if (resource.type !== 'upstream') return rulesOf(rightsOn(grants, resource, facts), action)
  const each = governing.map((organization) =>
    rulesOf(upstreamRights(grants, resource, organization), action),
  )
  return each.some((rules) => rules.length === 0) ? [] : [...new Set(each.flat())]
}

/** Whether it hangs on the repository's visibility, and that isn't known. */
export function isPublicUnknown(
  principal: Principal,
  action: Action,
  resource: Resource,
  facts: Facts,
): boolean {
  const unknown = resource.type === 'repository' && facts.repository === undefined
  return unknown && ruleFor(grantSetOf(principal).public, action) !== undefined
}

function rightsOn(
  grants: GrantSet,
  resource: Exclude<Resource, { type: 'upstream' }>,
  { repository: fact }: Facts,
): readonly (Rights | undefined)[] {
  switch (resource.type) {
    case 'repository': {
      const { repository, organization, name } = resource
      const isPublic = fact?.type === 'present' && fact.visibility === 'public'
      return [
        ...lookUp(grants.under.get(organization), name),
        repository === undefined ? undefined : grants.repositories.get(repository),
        isPublic ? grants.public : undefined,
      ]
    }
    case 'organization':
      return [grants.organizations.get(resource.organization)]
    case 'installation':
      return [grants.installation]
    case 'host':
      return []
  }
}

function upstreamRights(
  grants: GrantSet,
  { host, name }: Extract<Resource, { type: 'upstream' }>,
  organization: OrganizationId,
): readonly Rights[] {
  const hosts = grants.upstream.get(organization)
  return [...lookUp(hosts?.get('*'), name), ...lookUp(hosts?.get(host), name)]
}

function rulesOf(rights: readonly (Rights | undefined)[], action: Action): readonly RuleId[] {
  return rights.flatMap((of) => ruleFor(of, action) ?? [])
}

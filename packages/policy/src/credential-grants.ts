/** From what people and stores know (roles, groups, scopes) to grants: the only thing authorization looks at. */
import type { Action } from './action.ts'
import type { Grant, GrantPattern } from './grant.ts'
import type { GroupId, OrganizationId, RuleId } from './ids.ts'
import type { Membership } from './principal.ts'
import {
  ADMINISTRATOR_RIGHTS,
  ANONYMOUS_RIGHTS,
  COMPANY_OWNER_RIGHTS,
  GROUP_RIGHTS,
  ROLE_RIGHTS,
  type GroupPermission,
  type RightsOf,
} from './rights.ts'

/** What rights mean for a pattern: each kind of thing has its own actions. */
export function actionsOn(rights: RightsOf, pattern: GrantPattern): readonly Action[] {
  switch (pattern.type) {
    case 'repository':
    case 'under':
      return rights.repositories
    case 'public':
      return rights.public
    case 'upstream':
      return rights.upstream
    case 'organization':
      return rights.organization
    case 'installation':
      return []
  }
}

/** A grant of these rights (of a scope, say) on a pattern. */
export function grantOf(rights: RightsOf, pattern: GrantPattern, rule: RuleId): Grant {
  return { pattern, actions: actionsOn(rights, pattern), rule }
}

/** Rights on everything of an organization: itself, its repositories, and other registries through its gateway. */
export function organizationGrants(
  rights: RightsOf,
  organization: OrganizationId,
  rule: RuleId,
): readonly Grant[] {
  const patterns: readonly GrantPattern[] = [
    { type: 'organization', organization },
    { type: 'under', organization, prefix: '' },
    { type: 'upstream', organization, host: '*', path: { type: 'under', prefix: '' } },
  ]
  return patterns.map((pattern) => grantOf(rights, pattern, rule)).filter(({ actions }) => actions.length > 0)
}

/** Public repositories of every organization, for anybody. */
export const ANONYMOUS_GRANTS: readonly Grant[] = [grantOf(ANONYMOUS_RIGHTS, { type: 'public' }, 'public')]

export type Person = {
  readonly memberships: readonly Membership[]
  /** What was given to groups the person is in. */
  readonly groups: readonly GroupGrant[]
  /** Organizations of companies the person owns. */
  readonly companyOwnerOf: readonly OrganizationId[]
  readonly installationAdministrator: boolean
}

export type GroupGrant = {
  readonly group: GroupId
  /** One repository, or all below a prefix: those that don't exist yet too. */
  readonly pattern: Extract<GrantPattern, { type: 'repository' | 'under' }>
  readonly permission: GroupPermission
}

/** All that a person may do: the grants of a session. */
export function personGrants(person: Person): readonly Grant[] {
  return [
    ...ANONYMOUS_GRANTS,
    ...person.memberships.flatMap(({ organization, role }) =>
      organizationGrants(ROLE_RIGHTS[role], organization, `role:${role}`),
    ),
    ...person.groups.map(({ group, pattern, permission }) =>
      grantOf(GROUP_RIGHTS[permission], pattern, `group:${group}`),
    ),
    ...person.companyOwnerOf.flatMap((organization) =>
      organizationGrants(COMPANY_OWNER_RIGHTS, organization, 'company-owner'),
    ),
    ...(person.installationAdministrator ? ADMINISTRATOR_GRANTS : []),
  ]
}

const ADMINISTRATOR_GRANTS: readonly Grant[] = [
  {
    pattern: { type: 'installation' },
    actions: ADMINISTRATOR_RIGHTS,
    rule: 'installation-administrator',
  },
]

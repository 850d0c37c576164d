import type { RepositoryName } from '@wharden/oci'
import type { RepositoryAction } from './action.ts'
import { actionsOn } from './credential-grants.ts'
import type { Grant, GrantPattern } from './grant.ts'
import type { OrganizationId, RepositoryId } from './ids.ts'
import { intersectPaths, isWithin } from './pattern.ts'
import { PAT_RIGHTS, type PatScope } from './rights.ts'

/** Where a repository stands; what a person's right and a token's limit have in common may hang on it. */
export type Located = ReadonlyMap<
  RepositoryId,
  { readonly organization: OrganizationId; readonly name: RepositoryName }
>

/** What any personal access token reads of the organizations of its user. */
const PAT_READS = PAT_RIGHTS['repo:public_read'].organization

/** What scopes admit in any repository that their token's user has. */
export function admittedBy(scopes: readonly PatScope[]): readonly RepositoryAction[] {
  return [...new Set(scopes.flatMap((scope) => PAT_RIGHTS[scope].repositories))]
}

/**
 * A personal access token does what both its user and itself may. `scopes` hold everywhere, `limits` where they say;
 * a token limited to repositories has limits and no scopes (and reads
 * no public repository that its user doesn't otherwise have).
 *
 * @param person what the user may do now (`personGrants`)
 * @param located the repositories that `person` or `limits` hold by id; one that is missing gives nothing
 */
export function patGrants(
  person: readonly Grant[],
  scopes: readonly PatScope[],
  limits: readonly Grant[],
  located: Located,
): readonly Grant[] {
  return person.flatMap((grant) => [
    ...(grant.pattern.type === 'organization' ? within(grant, grant.pattern, PAT_READS, 'pat') : []),
    ...scopes.flatMap((scope) =>
      within(grant, grant.pattern, actionsOn(PAT_RIGHTS[scope], grant.pattern), scope),
    ),
    ...limits.flatMap((limit) => {
      const pattern = intersectPatterns(grant.pattern, limit.pattern, located)
      return pattern === undefined ? [] : within(grant, pattern, limit.actions, limit.rule)
    }),
  ])
}

function within(
  grant: Grant,
  pattern: GrantPattern,
  allowed: Grant['actions'],
  by: string,
): readonly Grant[] {
  const actions = grant.actions.filter((action) => allowed.includes(action))
  return actions.length === 0 ? [] : [{ pattern, actions, rule: `${grant.rule}+${by}` }]
}

/** What both patterns cover, or `undefined` for nothing. `public` has no part in common with a name: it has none. */
function intersectPatterns(
  one: GrantPattern,
  other: GrantPattern,
  located: Located,
): GrantPattern | undefined {
  if (one.type === 'repository') return isOrLiesIn(one, other, located) ? one : undefined
  if (other.type === 'repository') return isOrLiesIn(other, one, located) ? other : undefined
  if (one.type === 'under' && other.type === 'under') {
    if (one.organization !== other.organization) return undefined
    return isWithin(one, other) ? one : isWithin(other, one) ? other : undefined
  }
  if (one.type === 'upstream' && other.type === 'upstream') return intersectUpstream(one, other)
  if (one.type === 'organization' && other.type === 'organization') {
    return one.organization === other.organization ? one : undefined
  }
  return one.type === 'public' && other.type === 'public' ? one : undefined
}

function isOrLiesIn(
  { repository }: Extract<GrantPattern, { type: 'repository' }>,
  pattern: GrantPattern,
  located: Located,
): boolean {
  if (pattern.type === 'repository') return pattern.repository === repository
  const place = located.get(repository)
  return (
    pattern.type === 'under' &&
    place !== undefined &&
    place.organization === pattern.organization &&
    isWithin({ type: 'exact', name: place.name }, pattern)
  )
}

type Upstream = Extract<GrantPattern, { type: 'upstream' }>

function intersectUpstream(one: Upstream, other: Upstream): Upstream | undefined {
  const path = intersectPaths(one.path, other.path)
  const host =
    one.host === '*' ? other.host : other.host === '*' || other.host === one.host ? one.host : undefined
  if (path === undefined || host === undefined || one.organization !== other.organization) return undefined
  return { ...one, host, path }
}

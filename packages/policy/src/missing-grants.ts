import type { Action } from './action.ts'
import type { Grant, GrantPattern } from './grant.ts'
import { ruleFor, type GrantSet, type Rights } from './grant-set.ts'
import type { Located } from './pat-grants.ts'
import { lookUp } from './path-index.ts'

/**
 * What of these grants the holder doesn't hold and so can't give: the same patterns with the actions that are missing.
 * Holding every repository of today isn't holding all that may come: a prefix must be held by a prefix.
 *
 * @param located the repositories that `given` names by id, for holders that have them by prefix
 */
export function missingGrants(holder: GrantSet, given: readonly Grant[], located: Located): readonly Grant[] {
  return given.flatMap((grant) => {
    const held = rightsCovering(holder, grant.pattern, located)
    const actions = grant.actions.filter((action) => !holds(held, action))
    return actions.length === 0 ? [] : [{ ...grant, actions }]
  })
}

function holds(held: readonly (Rights | undefined)[], action: Action): boolean {
  return held.some((rights) => ruleFor(rights, action) !== undefined)
}

/** The rights that hold for all that the pattern covers. */
function rightsCovering(
  holder: GrantSet,
  pattern: GrantPattern,
  located: Located,
): readonly (Rights | undefined)[] {
  switch (pattern.type) {
    case 'repository': {
      const place = located.get(pattern.repository)
      const under = place === undefined ? [] : lookUp(holder.under.get(place.organization), place.name)
      return [holder.repositories.get(pattern.repository), ...under]
    }
    case 'under':
      return lookUp(holder.under.get(pattern.organization), pattern.prefix)
    case 'public':
      return [holder.public]
    case 'upstream': {
      const hosts = holder.upstream.get(pattern.organization)
      const path = pattern.path.type === 'exact' ? pattern.path.name : pattern.path.prefix
      return [...lookUp(hosts?.get('*'), path), ...lookUp(hosts?.get(pattern.host), path)]
    }
    case 'organization':
      return [holder.organizations.get(pattern.organization)]
    case 'installation':
      return [holder.installation]
  }
}

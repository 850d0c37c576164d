import { uniteRights, type GrantSet, type Rights } from './grant-set.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'

/**
 * What either holds. A part that only one of them has is that one's own, not a copy: a scope map's rights are thousands of
 * tokens'.
 */
export function uniteGrants(one: GrantSet, other: GrantSet): GrantSet {
  return {
    repositories: uniteMaps(one.repositories, other.repositories, uniteRights),
    under: uniteMaps(one.under, other.under, unitePaths),
    public: uniteRights(one.public, other.public),
    upstream: uniteMaps(one.upstream, other.upstream, (hosts, more) => uniteMaps(hosts, more, unitePaths)),
    organizations: uniteMaps(one.organizations, other.organizations, uniteRights),
    installation: uniteRights(one.installation, other.installation),
  }
}

function unitePaths(one: PathIndex<Rights>, other: PathIndex<Rights>): PathIndex<Rights> {
  return createPathIndex(uniteMaps(one.entries, other.entries, uniteRights))
}

function uniteMaps<Key, Value>(
  one: ReadonlyMap<Key, Value>,
  other: ReadonlyMap<Key, Value>,
  unite: (value: Value, more: Value) => Value,
): ReadonlyMap<Key, Value> {
  if (other.size === 0) return one
  if (one.size === 0) return other
  const united = new Map(one)
  for (const [key, more] of other) {
    const value = united.get(key)
    united.set(key, value === undefined ? more : unite(value, more))
  }
  return united
}

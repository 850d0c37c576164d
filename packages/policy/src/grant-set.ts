import type { RegistryHost } from '@wharden/oci'
import type { Action } from './action.ts'
import type { Grant } from './grant.ts'
import type { OrganizationId, RepositoryId, RuleId } from './ids.ts'
import { createPathIndex, pathKey, type PathIndex } from './path-index.ts'

/**
 * What the rules at one place give. Each action stands with one rule, of several the first by id, so that order doesn't matter;
 * there are at most as many rules here as actions. Lists, because a map of thousands of repositories is made of these.
 */
export type Rights = readonly { readonly rule: RuleId; readonly actions: readonly Action[] }[]

/** The rule that gives an action. */
export function ruleFor(rights: Rights | undefined, action: Action): RuleId | undefined {
  return rights?.find(({ actions }) => actions.includes(action))?.rule
}

/** Grants, indexed: a look-up costs the depth of the name, whatever their number. Made by `compileGrants` only. */
export type GrantSet = {
  readonly repositories: ReadonlyMap<RepositoryId, Rights>
  readonly under: ReadonlyMap<OrganizationId, PathIndex<Rights>>
  readonly public: Rights
  readonly upstream: ReadonlyMap<OrganizationId, ReadonlyMap<RegistryHost | '*', PathIndex<Rights>>>
  readonly organizations: ReadonlyMap<OrganizationId, Rights>
  readonly installation: Rights
}

/** Union of all grants; pure, so compile once per (credential, version) and keep it. */
export function compileGrants(grants: readonly Grant[]): GrantSet {
  const repositories = new Map<RepositoryId, Rights>()
  const under = new Map<OrganizationId, Map<string, Rights>>()
  const upstream = new Map<OrganizationId, Map<RegistryHost | '*', Map<string, Rights>>>()
  const organizations = new Map<OrganizationId, Rights>()
  let everywhere = NONE
  let installation = NONE

  for (const grant of grants) {
    const { pattern } = grant
    switch (pattern.type) {
      case 'repository':
        add(repositories, pattern.repository, grant)
        break
      case 'under':
        add(at(under, pattern.organization), pattern.prefix, grant)
        break
      case 'public':
        everywhere = plus(everywhere, grant)
        break
      case 'upstream':
        add(at(at(upstream, pattern.organization), pattern.host), pathKey(pattern.path), grant)
        break
      case 'organization':
        add(organizations, pattern.organization, grant)
        break
      case 'installation':
        installation = plus(installation, grant)
    }
  }
  return {
    repositories: orNone(repositories),
    under: orNone(mapValues(under, createPathIndex)),
    public: everywhere,
    upstream: orNone(mapValues(upstream, (hosts) => mapValues(hosts, createPathIndex))),
    organizations: orNone(organizations),
    installation,
  }
}

const NONE: Rights = []
const EMPTY: ReadonlyMap<never, never> = new Map<never, never>()

/** Most sets hold one or two sorts of things, and there are thousands of sets. */
function orNone<Key, Value>(map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, Value> {
  return map.size === 0 ? EMPTY : map
}

function add<Key>(places: Map<Key, Rights>, key: Key, grant: Grant): void {
  places.set(key, plus(places.get(key), grant))
}

function plus(rights: Rights | undefined, { rule, actions }: Grant): Rights {
  return uniteRights(rights ?? NONE, [{ rule, actions }])
}

/** What rules at one place give that were compiled apart. */
export function uniteRights(one: Rights, other: Rights): Rights {
  if (other.length === 0) return one
  if (one.length === 0) return other
  const rules = new Map<Action, RuleId>()
  for (const { rule, actions } of [...one, ...other])
    for (const action of actions) {
      const before = rules.get(action)
      if (before === undefined || rule < before) rules.set(action, rule)
    }
  const byRule = Map.groupBy(rules, ([, rule]) => rule)
  return [...byRule].map(([rule, given]) => ({ rule, actions: given.map(([action]) => action) }))
}

function at<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = new Map<InnerKey, Value>()
  map.set(key, made)
  return made
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, make: (value: From) => To): Map<Key, To> {
  return new Map([...map].map(([key, value]) => [key, make(value)]))
}

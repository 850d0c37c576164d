import type { RegistryHost } from '@wharden/oci'
import type { Action } from './action.ts'
import type { Grant } from './grant.ts'
import type { OrganizationId, RepositoryId, RuleId } from './ids.ts'
import { createPathIndex, pathKey, type PathIndex } from './path-index.ts'

/** For each action the rule that gives it; of several the first by id, so that order doesn't matter. */
export type Rights = ReadonlyMap<Action, RuleId>

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
  const repositories = new Map<RepositoryId, Map<Action, RuleId>>()
  const under = new Map<OrganizationId, Map<string, Map<Action, RuleId>>>()
  const everywhere = new Map<Action, RuleId>()
  const upstream = new Map<OrganizationId, Map<RegistryHost | '*', Map<string, Map<Action, RuleId>>>>()
  const organizations = new Map<OrganizationId, Map<Action, RuleId>>()
  const installation = new Map<Action, RuleId>()

  const rightsOf = ({ pattern }: Grant): Map<Action, RuleId> => {
    switch (pattern.type) {
      case 'repository':
        return at(repositories, pattern.repository)
      case 'under':
        return at(at(under, pattern.organization), pattern.prefix)
      case 'public':
        return everywhere
      case 'upstream':
        return at(at(at(upstream, pattern.organization), pattern.host), pathKey(pattern.path))
      case 'organization':
        return at(organizations, pattern.organization)
      case 'installation':
        return installation
    }
  }
  for (const grant of grants) addTo(rightsOf(grant), grant)
  return {
    repositories,
    under: mapValues(under, createPathIndex),
    public: everywhere,
    upstream: mapValues(upstream, (hosts) => mapValues(hosts, createPathIndex)),
    organizations,
    installation,
  }
}

function addTo(rights: Map<Action, RuleId>, { actions, rule }: Grant): void {
  for (const action of actions) {
    const before = rights.get(action)
    if (before === undefined || rule < before) rights.set(action, rule)
  }
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

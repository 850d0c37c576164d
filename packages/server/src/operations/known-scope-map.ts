import { compileGrants, type GrantSet, type ScopeMapId } from '@wharden/policy'
import type { ForgettingCache, Loaded } from '../forgetting-cache.ts'
import type { ScopeMapFile } from '../stores/metadata/port/credentials.ts'

/** What a scope map permits, compiled once for all credentials that have it. */
export type KnownScopeMap = {
  readonly version: number
  readonly rules: number
  readonly grants: GrantSet
}

export type KnownScopeMaps = ForgettingCache<ScopeMapId, KnownScopeMap | undefined>

export function foundScopeMap(
  id: ScopeMapId,
  file: ScopeMapFile | undefined,
): Loaded<KnownScopeMap | undefined> {
  const topics = [`scope-map:${id}`] as const
  if (file === undefined) return { value: undefined, topics }
  const { version, rules } = file
  const grants = compileGrants(rules.map(({ id: rule, pattern, actions }) => ({ rule, pattern, actions })))
  return { value: { version, rules: rules.length, grants }, topics }
}

/**
 * What this node remembers of the store, and on which topics each memory stands: a change forgets exactly what it names.
 * Nothing is kept for a time only; what a replica can't confirm it doesn't use (`generation.ts`).
 */
import type { AccountName, CredentialId, GrantSet, OrganizationId, Policy, ScopeMapId } from '@wharden/policy'
import type { RepositoryName } from '@wharden/oci'
import { createForgettingCache, type ForgettingCache, type Found } from '../forgetting-cache.ts'
import type { Generation } from '../generation.ts'
import type { OrganizationRecord } from '../stores/metadata/port/accounts.ts'
import type { CredentialFile, SecretRecord } from '../stores/metadata/port/credentials.ts'
import type { GuardRecord } from '../stores/metadata/port/installation.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import type { MetadataStore } from '../stores/metadata/port.ts'
import { compilePolicy } from './compile-policy.ts'
import { foundScopeMap, type KnownScopeMaps } from './known-scope-map.ts'
import { knowCredential, repositoriesToLocate, type KnownCredential } from './known-credential.ts'

/** `<organization id>/<name>`, as in the topic `repository-name`. */
export type RepositoryKey = `${OrganizationId}/${RepositoryName}`

export type Caches = {
  readonly organizations: ForgettingCache<AccountName, OrganizationRecord | undefined>
  readonly organizationsById: ForgettingCache<OrganizationId, OrganizationRecord | undefined>
  readonly repositories: ForgettingCache<RepositoryKey, RepositoryRecord | undefined>
  readonly policies: ForgettingCache<OrganizationId, Policy>
  readonly credentials: ForgettingCache<CredentialId, KnownCredential | undefined>
  /** By the secret's SHA-256 in hexadecimal. Unknown ones aren't kept: a flood of guesses must not push out the real. */
  readonly secrets: ForgettingCache<string, SecretRecord | undefined>
  readonly guards: ForgettingCache<string, GuardRecord | undefined>
}

const LIMIT = 20_000
/** Rules, of some 260 bytes each: a credential has few of its own, a scope map has 5,000 if it likes. */
const RULES = 1_000_000

export function createCaches(store: MetadataStore, generation: Generation, mostRules = RULES): Caches {
  const { read } = store
  const loadScopeMap = async (id: ScopeMapId) => foundScopeMap(id, await read.scopeMaps.fileById(id))
  const scopeMaps: KnownScopeMaps = createForgettingCache(generation, {
    limit: LIMIT,
    weight: { of: (found) => found?.rules ?? 0, limit: mostRules },
    load: loadScopeMap,
    keep: (found) => found !== undefined,
    // Its credentials hold what it gives: unless they go with it, nothing would be free.
    onRoomMade: (id) => credentials.forget([`scope-map:${id}`]),
  })

  /**
   * What the scope map of a credential gives, of the version at least that the credential was read with. Of a later one only if
   * the credential has the map still: else it would be given what the map gives since it was taken off it.
   */
  async function sharedBy({ credential, scopeMap }: CredentialFile): Promise<GrantSet | undefined> {
    if (scopeMap === undefined) return undefined
    const { id, version } = scopeMap
    const known = await scopeMapSince(id, version)
    if (known === undefined || known.version === version) return known?.grants
    return (await read.credentials.byId(credential.id))?.scopeMap === id ? known.grants : undefined
  }

  async function scopeMapSince(id: ScopeMapId, version: number) {
    const known = await scopeMaps.get(id)
    if (known === undefined || known.version >= version) return known
    // Another node has changed it, which the feed hasn't told yet.
    return (await scopeMaps.learn(async () => ({ key: id, ...(await loadScopeMap(id)) }))).value
  }

  async function found(file: CredentialFile): Promise<Found<CredentialId, KnownCredential>> {
    const ids = repositoriesToLocate(file)
    const located = ids.length === 0 ? [] : await read.repositories.byIds(ids)
    const places = new Map(located.map((repository) => [repository.id, repository]))
    const value = knowCredential(file, places, await sharedBy(file))
    return { key: value.record.id, value, topics: value.topics }
  }

  const credentials = createForgettingCache<CredentialId, KnownCredential | undefined>(generation, {
    limit: LIMIT,
    weight: { of: (known) => known?.rules ?? 0, limit: mostRules },
    keep: (known) => known !== undefined,
    load: async (id) => {
      const file = await read.credentials.fileById(id)
      return file === undefined ? { value: undefined, topics: [`credential:${id}`] } : found(file)
    },
  })
  return {
    credentials,
    organizations: createForgettingCache(generation, {
      limit: LIMIT,
      keep: (found) => found !== undefined,
      load: async (name) => {
        const value = await read.organizations.byName(name)
        const own = value === undefined ? [] : [`organization:${value.id}` as const]
        return { value, topics: [`account:${name}`, ...own] }
      },
    }),
    organizationsById: createForgettingCache(generation, {
      limit: LIMIT,
      load: async (id) => ({ value: await read.organizations.byId(id), topics: [`organization:${id}`] }),
    }),
    repositories: createForgettingCache(generation, {
      limit: LIMIT,
      keep: (found) => found !== undefined,
      load: async (key) => {
        const slash = key.indexOf('/')
        // A RepositoryKey is made of these two parts and nothing else.
        const value = await read.repositories.byName(
          key.slice(0, slash) as OrganizationId,
          key.slice(slash + 1) as RepositoryName,
        )
        const own = value === undefined ? [] : [`repository:${value.id}` as const]
        return { value, topics: [`repository-name:${key}`, ...own] }
      },
    }),
    policies: createForgettingCache(generation, {
      limit: LIMIT,
      load: async (id) => ({
        value: compilePolicy(id, await read.policies.of(id)),
        topics: [`policies:${id}`],
      }),
    }),
    secrets: createForgettingCache(generation, {
      limit: LIMIT,
      keep: (found) => found !== undefined,
      // One look at the store tells both: whoever knows a secret is about to ask for its credential.
      load: async (hash) => {
        const known = await credentials.learn(async () => {
          const bySecret = await read.credentials.fileBySecret(Buffer.from(hash, 'hex'))
          return bySecret && { ...(await found(bySecret.file)), secret: bySecret.secret }
        })
        return { value: known?.secret, topics: known === undefined ? [] : [`credential:${known.key}`] }
      },
    }),
    guards: createForgettingCache(generation, {
      limit: 1_000,
      load: async (service) => ({
        value: await read.guards.byService(service),
        topics: [`guard:${service}`],
      }),
    }),
  }
}

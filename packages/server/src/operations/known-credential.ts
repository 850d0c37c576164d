import {
  admittedBy,
  compileGrants,
  isPatScope,
  patGrants,
  personGrants,
  uniteGrants,
  type CredentialFact,
  type Grant,
  type GrantSet,
  type Located,
  type Principal,
  type RepositoryId,
} from '@wharden/policy'
import { parseCidr, type Cidr } from '@wharden/system'
import { passwordMark } from './password-mark.ts'
import type { CredentialFile, CredentialRecord, RuleRecord } from '../stores/metadata/port/credentials.ts'
import type { UserRecord } from '../stores/metadata/port/accounts.ts'
import type { Topic } from '../stores/metadata/port/changes.ts'

/** A credential, compiled once for as long as nothing it stands on changes. */
export type KnownCredential = {
  readonly record: CredentialRecord
  readonly principal: Extract<Principal, { readonly type: 'credential' }>
  readonly fact: CredentialFact
  readonly allowedAddresses: readonly Cidr[]
  /** When a registry token's passwords end, by their marks; undefined: it has none, being of another kind. */
  readonly passwords: ReadonlyMap<string, number | undefined> | undefined
  /** The mark of the password that proved it this time. */
  readonly provenBy?: string | undefined
  /** Whose it is, where it is a person's. */
  readonly owner: UserRecord | undefined
  readonly topics: readonly Topic[]
  /** How many of its own, besides those of its scope map. */
  readonly rules: number
}

/**
 * Repositories a personal token is limited to, and those that its user's groups were given: what the two have in common
 * hangs on where they are.
 */
export function repositoriesToLocate({ credential, rules, owner }: CredentialFile): readonly RepositoryId[] {
  if (credential.kind !== 'pat' || rules.length === 0) return []
  const named = [...rules, ...(owner?.groups ?? [])]
  const ids = named.flatMap(({ pattern }) => (pattern.type === 'repository' ? [pattern.repository] : []))
  return [...new Set(ids)]
}

/**
 * Compiles all that the store knows of a credential; the fact's expiry is compared with the clock by `decide`.
 * @param located those of `repositoriesToLocate` that exist
 * @param shared what its scope map gives; not copied
 */
export function knowCredential(
  file: CredentialFile,
  located: Located,
  shared: GrantSet | undefined,
): KnownCredential {
  const { credential, owner, scopeMap } = file
  const own = compileGrants(grantsOf(file, located))
  return {
    record: credential,
    principal: {
      type: 'credential',
      credential: credential.id,
      kind: credential.kind,
      user: credential.user,
      organization: credential.organization,
      pinned: owner?.user.pinnedOrganization,
      memberships: owner?.memberships ?? [],
      companyOwnerOf: owner?.companyOwnerOf ?? [],
      installationAdministrator: owner?.user.installationAdministrator ?? false,
      admits: credential.kind === 'pat' ? admittedBy(credential.scopes.filter(isPatScope)) : undefined,
      grants: shared === undefined ? own : uniteGrants(own, shared),
    },
    fact: factOf(file),
    allowedAddresses: credential.allowedAddresses.map(parseCidr).filter((range) => range !== undefined),
    passwords:
      credential.kind === 'registry-token'
        ? new Map(file.passwords.map(({ hash, expiresAt }) => [passwordMark(hash), expiresAt]))
        : undefined,
    owner: owner?.user,
    rules: file.rules.length,
    topics: [
      `credential:${credential.id}`,
      ...[...located.keys()].map((id) => `repository:${id}` as const),
      ...(owner === undefined ? [] : ([`user:${owner.user.id}`, `memberships:${owner.user.id}`] as const)),
      ...(credential.organization === undefined
        ? []
        : ([`organization:${credential.organization}`] as const)),
      ...(scopeMap === undefined ? [] : ([`scope-map:${scopeMap.id}`] as const)),
    ],
  }
}

/** A person's credential never gives more than the person has; an organization's has what it was given. */
function grantsOf({ credential, rules, owner }: CredentialFile, located: Located): readonly Grant[] {
  const given = rules.map(grantOf)
  if (credential.user === undefined) return given
  if (owner === undefined) return []
  const { user, ...person } = owner
  const personal = personGrants({ ...person, installationAdministrator: user.installationAdministrator })
  if (credential.kind !== 'pat') return personal
  return patGrants(personal, credential.scopes.filter(isPatScope), given, located)
}

function grantOf({ id, pattern, actions }: RuleRecord): Grant {
  return { rule: id, pattern, actions }
}

function factOf({ credential, owner, barredBy, scopeMap }: CredentialFile): CredentialFact {
  if (credential.status !== 'active') return { type: 'inactive' }
  if (credential.user !== undefined && owner?.user.status !== 'active') return { type: 'disabled' }
  const barred = barredBy.length === 0 ? undefined : barredBy
  const withoutScopeMap = credential.kind === 'registry-token' && scopeMap === undefined ? true : undefined
  return { type: 'active', expires: credential.expiresAt, barred, withoutScopeMap }
}

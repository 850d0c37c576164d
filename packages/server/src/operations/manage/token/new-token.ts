import type { AccountName } from '@wharden/policy'
import type { WrittenRule } from '../rules.ts'
import type { RegistryRights } from './token-scope-map.ts'

export type PasswordName = 'password1' | 'password2'

/** What every kind is told at its creation. */
export type NewCommon = {
  readonly description: string
  readonly addresses: readonly string[]
  /** ISO 8601, or null for never. */
  readonly expiresAt: string | null
  readonly renewable: boolean
}

export type NewPat = NewCommon & {
  readonly kind: 'pat'
  readonly label: string
  readonly repositories: readonly WrittenRule[]
}

export type NewOat = NewCommon & {
  readonly kind: 'oat'
  readonly organization: AccountName
  readonly label: string
  readonly repositories: readonly WrittenRule[]
  readonly publicRepositories: boolean
  readonly upstreams: readonly WrittenRule[]
  readonly organizationScopes: readonly string[]
  /** In each window; null: any number. */
  readonly pullLimit: number | null
}

export type NewRegistryToken = NewCommon & {
  readonly kind: 'registry-token'
  readonly organization: AccountName
  readonly name: string
  readonly rights: RegistryRights
  readonly upstreams: readonly WrittenRule[]
  readonly status: 'active' | 'inactive'
  readonly passwords: readonly PasswordName[]
  /** When those end: ISO 8601; null: with the token. */
  readonly passwordsExpireAt: string | null
}

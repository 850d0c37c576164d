import type {
  Action,
  CredentialId,
  CredentialKind,
  GrantPattern,
  GroupGrant,
  GroupId,
  OrganizationId,
  ScopeMapId,
  UserId,
} from '@wharden/policy'
import type { MembershipRecord, UserRecord } from './accounts.ts'
import type { Page, PageQuery } from './page.ts'

export type CredentialStatus = 'active' | 'inactive'
export type SecretSlot = 'token' | 'password1' | 'password2'

export type CredentialRecord = {
  readonly id: CredentialId
  readonly kind: CredentialKind
  readonly organization: OrganizationId | undefined
  readonly user: UserId | undefined
  /** Label, or the login name of a registry token (unique within its organization). */
  readonly name: string
  readonly description: string
  readonly status: CredentialStatus
  /** PAT and OAT scopes as they were asked for (`repo:read`, `scope-image-pull`); `policy/rights` says what they mean. */
  readonly scopes: readonly string[]
  /** CIDR; empty: from anywhere. */
  readonly allowedAddresses: readonly string[]
  readonly scopeMap: ScopeMapId | undefined
  readonly createdBy: string
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** Raised by every change of the credential, its rules or secrets (not of its scope map): what compiled grants are kept by. */
  readonly version: number
  /**
   * Raised only when all that was issued by it must die: deactivated, or its one secret replaced. Refresh tokens hold it. What was
   * issued by a registry token's password dies with that password, and the other's goes on.
   */
  readonly sessionVersion: number
  readonly lastUsedAt: number | undefined
  readonly lastUsedFrom: string | undefined
  /** Whether it may get itself a new secret. */
  readonly renewable: boolean
  /** The last notice of its end that was given: so many days before. */
  readonly expiryNoticed: number | undefined
  /** Until when what was issued under the session version before this one still holds: a secret was replaced without a break. */
  readonly overlapUntil: number | undefined
  /** Pulls in each window; undefined: as many as it likes. */
  readonly pullLimit: number | undefined
}

export type SecretRecord = {
  readonly credential: CredentialId
  /** `previous`: the one that was replaced last, for as long as it still holds. */
  readonly slot: SecretSlot | 'previous'
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

/** SHA-256 of the whole secret: 32 bytes. */
export type SecretHash = Uint8Array

export type NewSecret = {
  readonly slot: SecretSlot
  readonly hash: SecretHash
  readonly expiresAt?: number | undefined
}

/** One line of what a credential or scope map permits. */
export type RuleRecord = {
  readonly id: string
  readonly pattern: GrantPattern
  readonly actions: readonly Action[]
  /** As the person wrote it, for display: `samples/nginx`. Outlives the repository. */
  readonly label: string
}

export type NewRule = Omit<RuleRecord, 'id'>

/** All that is needed to know a credential for good or bad, read in as few statements as can be. */
export type CredentialFile = {
  readonly credential: CredentialRecord
  readonly rules: readonly RuleRecord[]
  /** Its scope map as it was then; what that permits, `scopeMaps.fileById` tells. */
  readonly scopeMap: { readonly id: ScopeMapId; readonly version: number } | undefined
  /** A registry token's, one that was replaced and still holds included; none of the other kinds. */
  readonly passwords: readonly { readonly hash: SecretHash; readonly expiresAt: number | undefined }[]
  readonly owner: CredentialOwner | undefined
  /** Organizations that let it in no more. */
  readonly barredBy: readonly OrganizationId[]
}

/** A person, with all that their rights hang on. */
export type CredentialOwner = {
  readonly user: UserRecord
  readonly memberships: readonly (MembershipRecord & { readonly groups: readonly GroupId[] })[]
  /** What the groups they are in were given. */
  readonly groups: readonly GroupGrant[]
  /** Organizations of companies they own. */
  readonly companyOwnerOf: readonly OrganizationId[]
}

/** Whose secret it is, until when, and what that credential is. */
export type SecretFile = { readonly secret: SecretRecord; readonly file: CredentialFile }

export interface CredentialReader {
  /** Whose secret it is, and until when; what that credential is besides, `fileBySecret` tells. */
  secretByHash(hash: SecretHash): Promise<SecretRecord | undefined>
  /** Hot. */
  fileBySecret(hash: SecretHash): Promise<SecretFile | undefined>
  /** Hot. */
  fileById(id: CredentialId): Promise<CredentialFile | undefined>
  byId(id: CredentialId): Promise<CredentialRecord | undefined>
  /** Registry tokens: by their login name. */
  byName(
    organization: OrganizationId,
    kind: CredentialKind,
    name: string,
  ): Promise<CredentialRecord | undefined>
  secrets(id: CredentialId): Promise<readonly SecretRecord[]>
  rules(id: CredentialId): Promise<readonly RuleRecord[]>
  /** For a page of them; what has none is missing. */
  secretsOfMany(ids: readonly CredentialId[]): Promise<ReadonlyMap<CredentialId, readonly SecretRecord[]>>
  rulesOfMany(ids: readonly CredentialId[]): Promise<ReadonlyMap<CredentialId, readonly RuleRecord[]>>
  /** In the order of creation (to the millisecond, between nodes); `last` is the id of the last one shown. */
  list(query: CredentialQuery, page: PageQuery<CredentialId>): Promise<Page<CredentialRecord>>
  /** How many have each of these; of what nobody has, nothing. */
  countByScopeMap(ids: readonly ScopeMapId[]): Promise<ReadonlyMap<ScopeMapId, number>>
  /** Of every status, expired ones too (plans count them). */
  count(query: CredentialQuery): Promise<number>
  /**
   * Tokens that end within `days` from `now`, were meant to live for longer than that, and for which no notice of as many
   * days or fewer was given; those that end first, first.
   */
  endingUnnoticed(days: number, now: number, limit: number): Promise<readonly CredentialRecord[]>
}

export type CredentialQuery = {
  readonly kind?: CredentialKind | undefined
  readonly organization?: OrganizationId | undefined
  readonly user?: UserId | undefined
  readonly scopeMap?: ScopeMapId | undefined
  /** Its own end, or that of a password of it; milliseconds since 1970, both included. */
  readonly expires?: { readonly from: number; readonly to: number } | undefined
}

export interface CredentialUse {
  /** The latest use wins, whatever the order of calls. Announces nothing. */
  touchLastUsed(
    uses: readonly { readonly id: CredentialId; readonly at: number; readonly from: string }[],
  ): Promise<void>
}

export type NewCredential = {
  readonly kind: CredentialKind
  readonly organization?: OrganizationId | undefined
  readonly user?: UserId | undefined
  readonly name: string
  readonly description?: string | undefined
  readonly status?: CredentialStatus | undefined
  readonly scopes?: readonly string[] | undefined
  readonly allowedAddresses?: readonly string[] | undefined
  readonly scopeMap?: ScopeMapId | undefined
  readonly createdBy: string
  readonly expiresAt?: number | undefined
  readonly renewable?: boolean | undefined
  readonly pullLimit?: number | undefined
  readonly secrets: readonly NewSecret[]
  readonly rules?: readonly NewRule[] | undefined
}

export interface Credentials extends CredentialReader, CredentialUse {
  /** @returns undefined if a registry token of this name exists in the organization */
  create(credential: NewCredential): Promise<CredentialRecord | undefined>
  /** @returns those that were made, in that order; not those whose name another has */
  createMany(credentials: readonly NewCredential[]): Promise<readonly CredentialRecord[]>
  update(
    id: CredentialId,
    fields: {
      readonly name?: string | undefined
      readonly description?: string | undefined
      readonly scopes?: readonly string[] | undefined
      readonly allowedAddresses?: readonly string[] | undefined
      readonly scopeMap?: ScopeMapId | undefined
      /** null: none any more. */
      readonly pullLimit?: number | null | undefined
      /** All of them, instead of those it had. */
      readonly rules?: readonly NewRule[] | undefined
    },
  ): Promise<CredentialRecord | undefined>
  setStatus(id: CredentialId, status: CredentialStatus): Promise<CredentialRecord | undefined>
  /** Passwords of a registry token: replaces what was in the slot. One that was still held from an earlier time ends. */
  putSecret(id: CredentialId, secret: NewSecret): Promise<CredentialRecord | undefined>
  deleteSecret(id: CredentialId, slot: SecretSlot): Promise<CredentialRecord | undefined>
  /**
   * Puts another secret into the slot, with the old one's expiry; the old one, and what was issued by it, hold until `until`,
   * or at most until their own end. One that was still held from an earlier time ends.
   * @returns undefined if the slot is empty
   */
  replaceSecret(
    id: CredentialId,
    slot: SecretSlot,
    hash: SecretHash,
    until: number,
  ): Promise<CredentialRecord | undefined>
  /** Remembers that a notice was given, so many days before the end. @returns false if it was before: raises no version */
  noticeEnding(id: CredentialId, days: number): Promise<boolean>
  /** With its secrets and rules. */
  delete(id: CredentialId): Promise<boolean>
}

export type ScopeMapRecord = {
  readonly id: ScopeMapId
  readonly organization: OrganizationId
  readonly name: string
  readonly description: string
  /** One of the five every organization has; can't be changed. */
  readonly system: boolean
  readonly version: number
  readonly createdAt: number
}

/** All that the credentials of a scope map hold by it. */
export type ScopeMapFile = {
  readonly id: ScopeMapId
  readonly version: number
  readonly rules: readonly Omit<RuleRecord, 'label'>[]
}

export interface ScopeMapReader {
  /** Hot. */
  fileById(id: ScopeMapId): Promise<ScopeMapFile | undefined>
  byId(id: ScopeMapId): Promise<ScopeMapRecord | undefined>
  byName(organization: OrganizationId, name: string): Promise<ScopeMapRecord | undefined>
  /** Those there are. */
  byIds(ids: readonly ScopeMapId[]): Promise<readonly ScopeMapRecord[]>
  rules(id: ScopeMapId): Promise<readonly RuleRecord[]>
  /** For a page of them; what has none is missing. */
  rulesOfMany(ids: readonly ScopeMapId[]): Promise<ReadonlyMap<ScopeMapId, readonly RuleRecord[]>>
  /** By name; `last` is a name. */
  list(organization: OrganizationId, page: PageQuery): Promise<Page<ScopeMapRecord>>
  count(organization: OrganizationId): Promise<number>
}

export interface ScopeMaps extends ScopeMapReader {
  /** @returns undefined if the organization has one of this name */
  create(scopeMap: {
    readonly organization: OrganizationId
    readonly name: string
    readonly description?: string | undefined
    readonly system?: boolean | undefined
    readonly rules: readonly NewRule[]
  }): Promise<ScopeMapRecord | undefined>
  update(
    id: ScopeMapId,
    fields: { readonly description?: string | undefined; readonly rules?: readonly NewRule[] | undefined },
  ): Promise<ScopeMapRecord | undefined>
  /** Its credentials stay, without one; only the map is announced. @returns false if there is none, or it is the system's */
  delete(id: ScopeMapId): Promise<boolean>
}

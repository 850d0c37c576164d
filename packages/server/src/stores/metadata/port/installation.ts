import type { OrganizationId } from '@wharden/policy'
import type { Json, JsonObject } from './page.ts'

/** One policy document of an organization; its kinds and what they mean belong to `policy/policy.ts`. */
export type PolicyRecord = {
  readonly organization: OrganizationId
  readonly kind: string
  readonly document: JsonObject
  readonly updatedAt: number
}

export interface PolicyReader {
  of(organization: OrganizationId): Promise<readonly PolicyRecord[]>
}

export interface Policies extends PolicyReader {
  put(organization: OrganizationId, kind: string, document: JsonObject): Promise<void>
  delete(organization: OrganizationId, kind: string): Promise<boolean>
}

/** A registry that is not ours and trusts our tokens. */
export type GuardRecord = {
  /** The `service` it asks for: the token's audience. */
  readonly service: string
  /** Whose names its repositories stand under; undefined: the first component says. */
  readonly organization: OrganizationId | undefined
  readonly createdAt: number
}

export interface GuardReader {
  byService(service: string): Promise<GuardRecord | undefined>
  list(): Promise<readonly GuardRecord[]>
}

export interface Guards extends GuardReader {
  put(service: string, organization: OrganizationId | undefined): Promise<GuardRecord>
  delete(service: string): Promise<boolean>
}

export type SigningKeyState = 'next' | 'active' | 'retiring'

export type SigningKeyRecord = {
  readonly id: string
  readonly state: SigningKeyState
  /** As `secrets/seal` made it. */
  readonly sealedPrivateKey: string
  readonly publicJwk: JsonObject
  readonly createdAt: number
  /** When it came into its state. */
  readonly stateSince: number
}

export interface SigningKeyReader {
  /** Oldest first. */
  list(): Promise<readonly SigningKeyRecord[]>
}

export interface SigningKeys extends SigningKeyReader {
  create(key: Omit<SigningKeyRecord, 'createdAt' | 'stateSince'>): Promise<SigningKeyRecord>
  setState(id: string, state: SigningKeyState): Promise<boolean>
  /** The same key sealed under another sealing key. */
  reseal(id: string, sealedPrivateKey: string): Promise<boolean>
  delete(id: string): Promise<boolean>
}

export type SetupLinkRecord = {
  readonly createdAt: number
  readonly expiresAt: number
  readonly usedAt: number | undefined
}

export interface SetupLinkReader {
  /** @param hash SHA-256 of the link's secret */
  find(hash: Uint8Array): Promise<SetupLinkRecord | undefined>
}

export interface SetupLinks extends SetupLinkReader {
  create(hash: Uint8Array, expiresAt: number): Promise<void>
  /** True once: unknown, expired and used ones answer false. */
  use(hash: Uint8Array): Promise<boolean>
  deleteAll(): Promise<void>
}

export interface SettingReader {
  get(key: string): Promise<Json | undefined>
  all(): Promise<{ readonly [key: string]: Json }>
}

export interface Settings extends SettingReader {
  put(key: string, value: Json): Promise<void>
  delete(key: string): Promise<boolean>
}

/** So that one process of many does a job. By the database's clock. */
export interface Leases {
  /** Takes or renews; false while another holds it. */
  acquire(name: string, holder: string, milliseconds: number): Promise<boolean>
  release(name: string, holder: string): Promise<void>
  /** In a transaction: false unless the holder still holds it; if so, nobody else takes it before the transaction has ended. */
  keep(name: string, holder: string): Promise<boolean>
}

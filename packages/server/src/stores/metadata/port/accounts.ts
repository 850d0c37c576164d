import type { AccountName, CompanyId, OrganizationId, Role, UserId } from '@wharden/policy'
import type { JsonObject, Page, PageQuery } from './page.ts'

export type Plan = 'free' | 'team' | 'business' | 'unlimited'

export type OrganizationRecord = {
  readonly id: OrganizationId
  readonly name: AccountName
  readonly displayName: string
  readonly plan: Plan
  /** Raised by every change; the order of its audit chain. */
  readonly version: number
  readonly settings: JsonObject
  readonly company: CompanyId | undefined
  readonly createdAt: number
}

export type NewOrganization = {
  readonly name: AccountName
  readonly displayName?: string | undefined
  readonly plan?: Plan | undefined
  readonly settings?: JsonObject | undefined
}

/** The installation's own row is in none of these answers. */
export interface OrganizationReader {
  byId(id: OrganizationId): Promise<OrganizationRecord | undefined>
  byName(name: AccountName): Promise<OrganizationRecord | undefined>
  /** In the order of names. */
  list(page: PageQuery<AccountName>): Promise<Page<OrganizationRecord>>
}

export interface Organizations extends OrganizationReader {
  /** @returns undefined if the name is taken, by an organization or a user */
  create(organization: NewOrganization): Promise<OrganizationRecord | undefined>
  update(
    id: OrganizationId,
    fields: {
      readonly displayName?: string | undefined
      readonly plan?: Plan | undefined
      readonly settings?: JsonObject | undefined
    },
  ): Promise<OrganizationRecord | undefined>
  /** With everything it has: repositories, credentials, maps, policies. Its audit chain stays. */
  delete(id: OrganizationId): Promise<boolean>
}

export type UserRecord = {
  readonly id: UserId
  readonly name: AccountName
  readonly email: string | undefined
  readonly displayName: string
  readonly installationAdministrator: boolean
  readonly pinnedOrganization: OrganizationId | undefined
  readonly status: 'active' | 'inactive'
  /** Raised by every change of the user. */
  readonly version: number
  readonly createdAt: number
}

export type NewUser = {
  readonly name: AccountName
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  /** As `identity/password` makes it; undefined: can't sign in by password. */
  readonly passwordHash?: string | undefined
  readonly installationAdministrator?: boolean | undefined
}

export interface UserReader {
  byId(id: UserId): Promise<UserRecord | undefined>
  byName(name: AccountName): Promise<UserRecord | undefined>
  /** Kept out of UserRecord so that no list or log can carry it. */
  passwordHash(id: UserId): Promise<string | undefined>
  /** In the order of names. */
  list(page: PageQuery<AccountName>): Promise<Page<UserRecord>>
  count(): Promise<number>
}

export interface Users extends UserReader {
  /** @returns undefined if the name is taken, by an organization or a user */
  create(user: NewUser): Promise<UserRecord | undefined>
  /** What isn't named, or is undefined, stays. */
  update(
    id: UserId,
    fields: {
      /** `null` clears. */
      readonly email?: string | null | undefined
      readonly displayName?: string | undefined
      readonly installationAdministrator?: boolean | undefined
      /** `null` clears. */
      readonly pinnedOrganization?: OrganizationId | null | undefined
      readonly status?: 'active' | 'inactive' | undefined
    },
  ): Promise<UserRecord | undefined>
  setPassword(id: UserId, passwordHash: string | undefined): Promise<boolean>
  /** With memberships and credentials. */
  delete(id: UserId): Promise<boolean>
}

export type MembershipRecord = {
  readonly organization: OrganizationId
  readonly user: UserId
  readonly role: Role
  readonly createdAt: number
}

export interface MembershipReader {
  find(organization: OrganizationId, user: UserId): Promise<MembershipRecord | undefined>
  ofUser(user: UserId): Promise<readonly MembershipRecord[]>
  /** With the people, in the order of their names. */
  ofOrganization(
    organization: OrganizationId,
    page: PageQuery<AccountName>,
  ): Promise<Page<{ readonly membership: MembershipRecord; readonly user: UserRecord }>>
  /** Inside a change of the organization this can't go stale: its row is locked. */
  countOwners(organization: OrganizationId): Promise<number>
  /** Those of them who are not disabled. */
  countActiveOwners(organization: OrganizationId): Promise<number>
}

export interface Memberships extends MembershipReader {
  /** Adds the user, or gives another role. */
  put(organization: OrganizationId, user: UserId, role: Role): Promise<MembershipRecord>
  delete(organization: OrganizationId, user: UserId): Promise<boolean>
}

import type { AccountName, CompanyId, OrganizationId, UserId } from '@wharden/policy'
import type { OrganizationRecord, UserRecord } from './accounts.ts'
import type { Page, PageQuery } from './page.ts'

/** Several organizations with owners in common. */
export type CompanyRecord = {
  readonly id: CompanyId
  /** Among companies; users and organizations have names of their own. */
  readonly name: AccountName
  readonly displayName: string
  readonly createdAt: number
}

export type CompanyOwner = { readonly user: UserRecord; readonly since: number }

export interface CompanyReader {
  byId(id: CompanyId): Promise<CompanyRecord | undefined>
  byName(name: AccountName): Promise<CompanyRecord | undefined>
  /** In the order of names. */
  list(page: PageQuery<AccountName>): Promise<Page<CompanyRecord>>
  /** Those that a user owns, in the order of names. */
  ownedBy(user: UserId): Promise<readonly CompanyRecord[]>
  isOwner(company: CompanyId, user: UserId): Promise<boolean>
  /** In the order of names. */
  owners(company: CompanyId, page: PageQuery<AccountName>): Promise<Page<CompanyOwner>>
  /** Inside a change of the installation this can't go stale: its row is locked. */
  countOwners(company: CompanyId): Promise<number>
  /** In the order of names. */
  organizations(company: CompanyId, page: PageQuery<AccountName>): Promise<Page<OrganizationRecord>>
}

/** Companies are the installation's: they are altered in changes of it, one after another. */
export interface Companies extends CompanyReader {
  /** @returns undefined if a company has the name */
  create(company: {
    readonly name: AccountName
    readonly displayName?: string | undefined
  }): Promise<CompanyRecord | undefined>
  update(
    id: CompanyId,
    fields: { readonly displayName?: string | undefined },
  ): Promise<CompanyRecord | undefined>
  /** Its organizations stay, and belong to none. */
  delete(id: CompanyId): Promise<boolean>
  /** @returns false if they were one already */
  addOwner(company: CompanyId, user: UserId): Promise<boolean>
  /** @returns false if they were none */
  removeOwner(company: CompanyId, user: UserId): Promise<boolean>
  /** Into a company, out of another or, with `undefined`, out of any. */
  place(organization: OrganizationId, company: CompanyId | undefined): Promise<void>
}

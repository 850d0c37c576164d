import type { CredentialId, OrganizationId } from '@wharden/policy'
import type { CredentialRecord } from './credentials.ts'
import type { Page, PageQuery } from './page.ts'

/** A personal token that an organization lets in no more, though it is otherwise good. */
export type BarRecord = {
  readonly organization: OrganizationId
  readonly credential: CredentialId
  readonly by: string
  readonly at: number
}

export interface CredentialBarReader {
  find(organization: OrganizationId, credential: CredentialId): Promise<BarRecord | undefined>
  /** One of those below. */
  candidate(organization: OrganizationId, credential: CredentialId): Promise<CredentialRecord | undefined>
  /** Personal tokens of an organization's members and of its company's owners, in the order of their ids. */
  candidates(organization: OrganizationId, page: PageQuery<CredentialId>): Promise<Page<CredentialRecord>>
}

export interface CredentialBars extends CredentialBarReader {
  /** @returns undefined if it is barred already */
  put(organization: OrganizationId, credential: CredentialId, by: string): Promise<BarRecord | undefined>
  delete(organization: OrganizationId, credential: CredentialId): Promise<boolean>
}

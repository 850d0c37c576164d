import type { Action } from './action.ts'
import type { CredentialId, GroupId, OrganizationId, UserId } from './ids.ts'
import type { GrantSet } from './grant-set.ts'
import type { Role } from './rights.ts'

/** A refresh token is none of these: it stands for the credential it was made from. */
export const CREDENTIAL_KINDS = [
  'session',
  'pat',
  'oat',
  'registry-token',
  'service-principal',
  'workload-identity',
] as const
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]

export type Membership = {
  readonly organization: OrganizationId
  readonly role: Role
  readonly groups?: readonly GroupId[]
}

/** Who asks. Names are no part of it: renaming changes nothing. */
export type Principal =
  | { readonly type: 'anonymous' }
  | {
      readonly type: 'credential'
      readonly credential: CredentialId
      readonly kind: CredentialKind
      /** Whose it is: a person's (sessions, personal access tokens) … */
      readonly user?: UserId | undefined
      /** … or an organization's. */
      readonly organization?: OrganizationId | undefined
      /** The one organization a person of several has chosen to be governed by. */
      readonly pinned?: OrganizationId | undefined
      readonly memberships: readonly Membership[]
      /** Organizations of companies the person owns: they belong there without being members. */
      readonly companyOwnerOf?: readonly OrganizationId[]
      /** For display and for exemptions nobody has today; rights come from `grants` alone. */
      readonly installationAdministrator: boolean
      /** What a personal token lets its person do wherever they may; a session, everything. For words only. */
      readonly admits?: readonly Action[] | undefined
      readonly grants: GrantSet
    }

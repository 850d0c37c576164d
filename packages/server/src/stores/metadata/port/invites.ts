import type { AccountName, GroupId, OrganizationId, Role, UserId } from '@wharden/policy'
import type { Page, PageQuery } from './page.ts'

export type InviteState = 'pending' | 'expired' | 'accepted' | 'declined' | 'cancelled'

/** An address, in lower case, or somebody who has an account. */
export type Invitee =
  | { readonly type: 'email'; readonly email: string }
  | { readonly type: 'user'; readonly user: UserId; readonly name: AccountName }

export type InviteRecord = {
  readonly id: string
  readonly organization: OrganizationId
  readonly invitee: Invitee
  readonly role: Role
  /** By the name it had then; it may be gone since. */
  readonly group: { readonly id: GroupId; readonly name: string } | undefined
  /** `expired` as soon as its time is over. */
  readonly state: InviteState
  /** The name of who sent it. */
  readonly invitedBy: string
  readonly createdAt: number
  /** When its newest link was made. */
  readonly sentAt: number
  readonly expiresAt: number
  readonly closedAt: number | undefined
}

export type NewInvite = Pick<InviteRecord, 'invitee' | 'role' | 'group' | 'invitedBy' | 'expiresAt'> & {
  /** SHA-256 of its link's secret. */
  readonly hash: Uint8Array
}

/** What stands against inviting people, or not. */
export type Standing = {
  /** Those of the names that are users'. */
  readonly users: ReadonlyMap<AccountName, UserId>
  /** Names and addresses (in lower case) of those who are members. */
  readonly members: ReadonlySet<string>
  /** Invites of theirs that nobody has closed, expired ones among them. */
  readonly open: readonly InviteRecord[]
}

export interface InviteReader {
  byId(id: string): Promise<InviteRecord | undefined>
  /** @returns the invite, and whether another link has taken this one's place */
  byLink(hash: Uint8Array): Promise<{ readonly invite: InviteRecord; readonly replaced: boolean } | undefined>
  /** In the order they were made. */
  ofOrganization(
    organization: OrganizationId,
    query: PageQuery & { readonly state?: InviteState | undefined },
  ): Promise<Page<InviteRecord>>
  /** Those that wait for a user's answer, by name: not those sent to an address. */
  waitingFor(user: UserId): Promise<readonly InviteRecord[]>
  /** Those that somebody may still answer. */
  countPending(organization: OrganizationId): Promise<number>
  /** Of however many at once. */
  standing(
    organization: OrganizationId,
    invitees: { readonly names: readonly AccountName[]; readonly emails: readonly string[] },
  ): Promise<Standing>
}

export interface Invites extends InviteReader {
  /** The organization's row is locked by the change: who had no open invite a moment ago has none now. */
  create(organization: OrganizationId, invites: readonly NewInvite[]): Promise<readonly InviteRecord[]>
  /** A new link in place of those before. @returns undefined if it was closed */
  renew(
    id: string,
    link: { readonly hash: Uint8Array; readonly expiresAt: number },
  ): Promise<InviteRecord | undefined>
  /** True for the one who closes it. */
  close(id: string, state: Exclude<InviteState, 'pending'>): Promise<boolean>
  /** Forgets, with their links, those that were closed, or expired unanswered, before that. One statement. @returns how many */
  deleteEndedBefore(at: number, limit: number): Promise<number>
}

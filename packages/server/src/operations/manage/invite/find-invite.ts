import type { AccountName } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import { parseSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { InviteRecord } from '../../../stores/metadata/port/invites.ts'
import type { House } from '../../house.ts'
import { instant } from '../time.ts'

export type FoundInvite = { readonly organization: OrganizationRecord; readonly invite: InviteRecord }

/** One of an organization's, in whatever state. @throws {AppError} `not-found` */
export async function requireInvite(
  house: House,
  organization: OrganizationRecord,
  id: string,
): Promise<InviteRecord> {
  const invite = await house.store.read.invites.byId(id)
  if (invite?.organization !== organization.id) throw unknownInvite(id, organization.name)
  return invite
}

export function unknownInvite(id: string, organization?: AccountName): AppError {
  const where = organization === undefined ? 'for you' : `of \`${organization}\``
  return new AppError(
    'not-found',
    `there is no invite \`${id}\` ${where}; \`wharden invite list\` shows them`,
  )
}

/**
 * What a link is for, while it is good. Whoever has its secret hears what became of it; of a secret that isn't one, one answer.
 * @throws {AppError} `not-found`, `gone`
 */
export async function openInviteLink(house: House, secret: string): Promise<FoundInvite> {
  const presented = parseSecret(secret.trim())
  const link =
    presented?.kind === 'inv'
      ? await house.store.read.invites.byLink(Buffer.from(presented.hash, 'hex'))
      : undefined
  const organization = link && (await house.store.read.organizations.byId(link.invite.organization))
  if (link === undefined || organization === undefined) {
    throw new AppError(
      'not-found',
      'there is no such invite; copy the whole link again, or ask whoever sent it for a new one',
    )
  }
  const { invite, replaced } = link
  requireWaiting({ organization, invite })
  if (replaced) {
    throw new AppError(
      'gone',
      `this link to \`${organization.name}\` was replaced on ${instant(invite.sentAt)}; use the newest one, or ask \`${invite.invitedBy}\` for it`,
    )
  }
  return { organization, invite }
}

/** @throws {AppError} `gone` for an invite that nobody can answer any more */
export function requireWaiting({ organization, invite }: FoundInvite): void {
  if (invite.state !== 'pending') throw new AppError('gone', CLOSED[invite.state](organization.name, invite))
}

const CLOSED: {
  readonly [State in Exclude<InviteRecord['state'], 'pending'>]: (
    organization: AccountName,
    invite: InviteRecord,
  ) => string
} = {
  expired: (organization, { expiresAt, invitedBy }) =>
    `this invite to \`${organization}\` expired on ${instant(expiresAt)}; ask \`${invitedBy}\` for a new one`,
  accepted: (organization) =>
    `this invite to \`${organization}\` was accepted already; if that was you, sign in with \`wharden login\``,
  declined: (organization, { invitedBy }) =>
    `this invite to \`${organization}\` was declined; if you want it after all, ask \`${invitedBy}\` for a new one`,
  cancelled: (organization, { invitedBy }) =>
    `this invite to \`${organization}\` was cancelled there; ask \`${invitedBy}\` if you think it should not have been`,
}

import type { AccountName } from '@wharden/policy'
import type { Insertable, Selectable } from 'kysely'
import type { InviteRecord, NewInvite } from '../port/invites.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'

type Row = Selectable<Tables['invite']> & { readonly user_name: AccountName | null }

/** Invites with the names of the users they are for. */
export function selectInvites({ query }: Session) {
  return query
    .selectFrom('invite')
    .leftJoin('user_account', 'user_account.id', 'invite.user_id')
    .selectAll('invite')
    .select('user_account.name as user_name')
}

export function inviteRow(
  { now }: Session,
  invite: NewInvite & Pick<InviteRecord, 'id' | 'organization'>,
): Insertable<Tables['invite']> {
  const { id, organization, invitee, role, group, invitedBy, expiresAt } = invite
  return {
    id,
    organization_id: organization,
    email: invitee.type === 'email' ? invitee.email : null,
    user_id: invitee.type === 'user' ? invitee.user : null,
    role,
    group_id: group?.id ?? null,
    group_name: group?.name ?? null,
    state: 'pending',
    invited_by: invitedBy,
    created_at: now(),
    sent_at: now(),
    expires_at: expiresAt,
    closed_at: null,
  }
}

export function inviteOf(row: Row, now: number): InviteRecord {
  return {
    id: row.id,
    organization: row.organization_id,
    invitee: inviteeOf(row),
    role: row.role,
    group:
      row.group_id === null || row.group_name === null
        ? undefined
        : { id: row.group_id, name: row.group_name },
    state: row.state === 'pending' && row.expires_at <= now ? 'expired' : row.state,
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    closedAt: row.closed_at ?? undefined,
  }
}

function inviteeOf({ email, user_id: user, user_name: name }: Row): InviteRecord['invitee'] {
  if (user !== null && name !== null) return { type: 'user', user, name }
  return { type: 'email', email: email ?? '' }
}

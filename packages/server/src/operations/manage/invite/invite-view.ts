import type { MintedSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { InviteRecord } from '../../../stores/metadata/port/invites.ts'
import type { House } from '../../house.ts'
import { instant, instantOrNull } from '../time.ts'

/** An invite as the API shows it. */
export function inviteView({ name }: Pick<OrganizationRecord, 'name'>, invite: InviteRecord) {
  const { id, invitee, role, group, state, invitedBy } = invite
  return {
    id,
    organization: name,
    invitee: inviteeName(invite),
    type: invitee.type,
    role,
    group: group?.name ?? null,
    state,
    invitedBy,
    createdAt: instant(invite.createdAt),
    sentAt: instant(invite.sentAt),
    expiresAt: instant(invite.expiresAt),
    closedAt: instantOrNull(invite.closedAt),
  }
}

/** A user's name, or an address. */
export function inviteeName({ invitee }: Pick<InviteRecord, 'invitee'>): string {
  return invitee.type === 'user' ? invitee.name : invitee.email
}

/** What the audit log says it is about. */
export function inviteSubject(
  { name }: Pick<OrganizationRecord, 'name'>,
  invite: Pick<InviteRecord, 'invitee'>,
) {
  return `invite/${name}/${inviteeName(invite)}` as const
}

/** The only time its secret is shown. */
export function inviteLink(house: House, secret: MintedSecret, expiresAt: number) {
  const text = secret.text.reveal()
  return {
    url: `${house.sites().advertised.origin}/invites?secret=${text}`,
    secret: text,
    expiresAt: instant(expiresAt),
  }
}

import { toStored } from '../../../audit/event.ts'
import type { OrganizationRecord, UserRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { inviteSubject } from './invite-view.ts'

/** The part of a change that keeps somebody who was removed from coming back by an invite from before. */
export async function cancelInvitesOf(
  tx: ChangeNouns,
  organization: OrganizationRecord,
  { name, email }: UserRecord,
): Promise<void> {
  const emails = email === undefined ? [] : [email.toLowerCase()]
  const { open } = await tx.invites.standing(organization.id, { names: [name], emails })
  for (const invite of open) {
    await tx.invites.close(invite.id, 'cancelled')
    await tx.record(
      toStored({
        type: 'invite_cancelled',
        subject: inviteSubject(organization, invite),
        before: { state: invite.state, role: invite.role },
        after: { state: 'cancelled' },
      }),
    )
  }
}

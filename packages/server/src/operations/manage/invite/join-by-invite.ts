import type { Role } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import type { OrganizationRecord, UserRecord } from '../../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { groupSubject } from '../group/find-group.ts'
import { requireWaiting, unknownInvite, type FoundInvite } from './find-invite.ts'
import { inviteSubject } from './invite-view.ts'

/** Where the organization's events go: the change's own chain, or one it has joined. */
type Chain = Pick<ChangeNouns, 'record'>

/**
 * The part of a change that closes an invite as its answer. The organization's row is locked by the change: of any number
 * of answers at the same time one counts, and the others hear what became of it.
 * @throws {AppError} `gone`, `not-found`
 */
export async function closeInvite(
  tx: ChangeNouns,
  chain: Chain,
  { organization, invite: { id } }: FoundInvite,
  state: 'accepted' | 'declined',
): Promise<void> {
  const invite = await tx.invites.byId(id)
  if (invite === undefined) throw unknownInvite(id)
  requireWaiting({ organization, invite })
  await tx.invites.close(id, state)
  await chain.record(
    toStored({
      type: state === 'accepted' ? 'invite_accepted' : 'invite_declined',
      subject: inviteSubject(organization, invite),
      before: { state: invite.state },
      after: { state },
    }),
  )
}

/**
 * The part of a change that lets somebody in by an invite. Who is a member already keeps their role, whatever the invite
 * said: it was given since, or before, by somebody who could.
 * @throws {AppError} `gone`, `not-found`
 */
export async function joinByInvite(tx: ChangeNouns, chain: Chain, found: FoundInvite, user: UserRecord) {
  const { organization, invite } = found
  await closeInvite(tx, chain, found, 'accepted')
  const before = await tx.memberships.find(organization.id, user.id)
  if (before === undefined) await addMember(tx, chain, found, user)
  const group =
    invite.group === undefined
      ? null
      : { name: invite.group.name, joined: await joinGroup(tx, chain, found, user) }
  const role = before?.role ?? invite.role
  return {
    organization: organization.name,
    user: user.name,
    role,
    alreadyMember: before !== undefined,
    group,
    message: sentence(organization, role, before !== undefined, group),
  }
}

async function addMember(
  tx: ChangeNouns,
  chain: Chain,
  { organization, invite }: FoundInvite,
  user: UserRecord,
): Promise<void> {
  await tx.memberships.put(organization.id, user.id, invite.role)
  await chain.record(
    toStored({
      type: 'member_added',
      subject: `member/${organization.name}/${user.name}`,
      after: { role: invite.role, invite: invite.id, invitedBy: invite.invitedBy },
    }),
  )
}

/** @returns false if the group is gone */
async function joinGroup(
  tx: ChangeNouns,
  chain: Chain,
  { organization, invite }: FoundInvite,
  user: UserRecord,
): Promise<boolean> {
  const group = invite.group === undefined ? undefined : await tx.groups.byId(invite.group.id)
  if (group === undefined) return false
  if (await tx.groups.addMember(group, user.id)) {
    await chain.record(
      toStored({
        type: 'group_member_added',
        subject: groupSubject(organization, group),
        after: { user: user.name, invite: invite.id },
      }),
    )
  }
  return true
}

function sentence(
  { name }: OrganizationRecord,
  role: Role,
  already: boolean,
  group: { readonly name: string; readonly joined: boolean } | null,
): string {
  const member = already
    ? `you are a member of \`${name}\` already, and stay its ${role}`
    : `you are a member of \`${name}\` now: its ${role}`
  if (group === null) return member
  return group.joined
    ? `${member}, in the group \`${group.name}\``
    : `${member}; the group \`${group.name}\` you were to come into is gone: ask an owner for another`
}

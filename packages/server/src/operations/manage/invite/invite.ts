import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import { mintSecret } from '../../../identity/secret.ts'
import type { OrganizationRecord } from '../../../stores/metadata/port/accounts.ts'
import type { InviteRecord, InviteState } from '../../../stores/metadata/port/invites.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireOrganization } from '../find-organization.ts'
import { requireMayGive } from '../member.ts'
import { pageView, type Paging } from '../page.ts'
import { instant } from '../time.ts'
import { DAY } from './create-invites.ts'
import { requireInvite } from './find-invite.ts'
import { requireMayAddTo } from './invite-group.ts'
import { MOST_PENDING, roomForInvites } from './pending-limit.ts'
import { inviteLink, inviteSubject, inviteView } from './invite-view.ts'

type InOrganization = { readonly organization: AccountName }
type One = InOrganization & { readonly invite: string }

export async function listInvites(
  house: House,
  caller: Caller,
  input: InOrganization & Paging & { readonly state?: InviteState | undefined },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'invite/read')
  const { limit, after: last, state } = input
  const page = await house.store.read.invites.ofOrganization(organization.id, { limit, last, state })
  return pageView(
    page,
    (invite) => inviteView(organization, invite),
    ({ id }) => id,
  )
}

export async function showInvite(house: House, caller: Caller, input: One) {
  const organization = await requireOrganization(house, caller, input.organization, 'invite/read')
  return inviteView(organization, await requireInvite(house, organization, input.invite))
}

/**
 * A new link, whose maker must be able to give what it gives: nobody gets at an owner's invite by making a link to it.
 * @throws {AppError} `conflict` for one that was answered or cancelled, or has expired where too many wait already
 */
export async function resendInvite(
  house: House,
  caller: Caller,
  input: One & { readonly expiresInDays: number },
) {
  const organization = await requireOrganization(house, caller, input.organization, 'invite/edit')
  const before = await requireInvite(house, organization, input.invite)
  requireMayGive(caller, organization, before.role)
  if (before.group !== undefined) await requireMayAddTo(house, caller, organization, before.group)
  const secret = mintSecret('inv')
  const link = {
    hash: Buffer.from(secret.hash, 'hex'),
    expiresAt: caller.context.now + input.expiresInDays * DAY,
  }
  const invite = await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    await requireRoom(tx, organization, before.id)
    const after = await tx.invites.renew(before.id, link)
    if (after === undefined) throw closed(await tx.invites.byId(before.id), 'sent again')
    await tx.record(
      toStored({
        type: 'invite_resent',
        subject: inviteSubject(organization, after),
        before: { expiresAt: instant(before.expiresAt) },
        after: { expiresAt: instant(after.expiresAt) },
      }),
    )
    return after
  })
  return { invite: inviteView(organization, invite), link: inviteLink(house, secret, invite.expiresAt) }
}

/** Sent again, an expired one waits anew. @throws {AppError} `conflict` */
async function requireRoom({ invites }: ChangeNouns, { id, name }: OrganizationRecord, invite: string) {
  if ((await invites.byId(invite))?.state !== 'expired' || (await roomForInvites(invites, id)) > 0) return
  throw new AppError(
    'conflict',
    `${MOST_PENDING} invites to \`${name}\` wait already, and no more may; cancel some, or send this one again once they are answered`,
  )
}

/** @throws {AppError} `conflict` for one that was answered or cancelled already */
export async function cancelInvite(house: House, caller: Caller, input: One): Promise<void> {
  const organization = await requireOrganization(house, caller, input.organization, 'invite/edit')
  const invite = await requireInvite(house, organization, input.invite)
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const before = await tx.invites.byId(invite.id)
    if (before === undefined || !(await tx.invites.close(invite.id, 'cancelled')))
      throw closed(before, 'cancelled')
    await tx.record(
      toStored({
        type: 'invite_cancelled',
        subject: inviteSubject(organization, invite),
        before: { state: before.state, role: before.role },
        after: { state: 'cancelled' },
      }),
    )
  })
}

function closed(invite: InviteRecord | undefined, act: string): AppError {
  const { state = 'cancelled', id = '' } = invite ?? {}
  return new AppError('conflict', `invite \`${id}\` can not be ${act}: it is ${state}; invite them anew`)
}

import type { AccountName } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { requireHeld } from '../held.ts'
import { pageView, type Paging } from '../page.ts'
import { personView } from '../person-view.ts'
import { requireSignedIn } from '../signed-in.ts'
import { groupSubject, requireGroup, stillThere, type OneGroup } from './find-group.ts'
import { giftsOf } from './group-gifts.ts'

type One = OneGroup & { readonly user: AccountName }

export async function listGroupMembers(house: House, caller: Caller, input: OneGroup & Paging) {
  const { group } = await requireGroup(house, caller, input, 'group/read')
  // A name that isn't one only says where to go on; the store compares it as text.
  const last = input.after as AccountName | undefined
  const page = await house.store.read.groups.members(group.id, { limit: input.limit, last })
  return pageView(page, personView, ({ user }) => user.name)
}

/**
 * Puts a member of the organization into a group: themselves, too. That gives all the group has, so the giver must hold it.
 * Who is no member and who is no user at all are one answer: whoever manages groups learns nothing of people elsewhere.
 * @throws {AppError} `denied`; `conflict` for somebody who is no member of the organization
 */
export async function addGroupMember(house: House, caller: Caller, input: One): Promise<void> {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const current = await stillThere(tx.groups, organization, group)
    requireHeld(requireSignedIn(caller), await giftsOf(tx, organization, current))
    const user = await tx.users.byName(input.user)
    if (user === undefined || (await tx.memberships.find(organization.id, user.id)) === undefined) {
      throw new AppError(
        'conflict',
        `\`${input.user}\` is not a member of \`${organization.name}\`; make them one first, then put them into a group`,
        { field: 'user' },
      )
    }
    if (!(await tx.groups.addMember(current, user.id))) return
    await tx.record(
      toStored({
        type: 'group_member_added',
        subject: groupSubject(organization, current),
        after: { user: user.name },
      }),
    )
  })
}

/** What the group gave them ends at once. @throws {AppError} `not-found` if they aren't in it */
export async function removeGroupMember(house: House, caller: Caller, input: One): Promise<void> {
  const { organization, group } = await requireGroup(house, caller, input, 'group/edit')
  await house.store.change(organization.id, await actorOf(house, caller), async (tx) => {
    const current = await stillThere(tx.groups, organization, group)
    const user = await tx.users.byName(input.user)
    if (user === undefined || !(await tx.groups.removeMember(group.id, user.id))) {
      throw new AppError('not-found', `\`${input.user}\` is not in the group \`${current.name}\``)
    }
    await tx.record(
      toStored({
        type: 'group_member_removed',
        subject: groupSubject(organization, current),
        before: { user: user.name },
      }),
    )
  })
}

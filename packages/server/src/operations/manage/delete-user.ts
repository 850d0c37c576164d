import type { AccountName } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { requireUser, unknownUser } from './find-user.ts'
import { removal, requireAnOwner } from './member.ts'
import { administers, requireAnAdministrator, stateOf } from './user.ts'

/**
 * Deletes a user with all that is theirs: sessions, personal tokens, memberships. Tokens of organizations that they made go
 * on working.
 * @throws {AppError} `conflict` for the only owner of an organization, and for the last active installation administrator
 */
export async function deleteUser(
  house: House,
  caller: Caller,
  input: { readonly user: AccountName },
): Promise<void> {
  await authorize(house, caller, 'user/edit', { type: 'installation' })
  const { id } = await requireUser(house, input.user)
  const { store } = house
  await store.change(store.installation, await actorOf(house, caller), async (tx) => {
    const user = await tx.users.byId(id)
    if (user === undefined) throw unknownUser(input.user)
    const organizations = await leaveAll(tx, user)
    await tx.users.delete(id)
    if (administers(user)) await requireAnAdministrator(tx)
    await tx.record(
      toStored({
        type: 'user_deleted',
        subject: `user/${user.name}`,
        before: { ...stateOf(user), organizations },
      }),
    )
  })
}

/** Each organization's row is locked, in the order of ids, and its own log has it. @returns their names */
async function leaveAll(tx: ChangeNouns, user: UserRecord): Promise<string[]> {
  const names: string[] = []
  for (const { organization: id } of await tx.memberships.ofUser(user.id)) {
    const chain = await tx.join(id)
    const organization = await tx.organizations.byId(id)
    const membership = await tx.memberships.find(id, user.id)
    if (organization === undefined || membership === undefined) continue
    await chain.record(toStored(await removal(tx, organization, user, membership)))
    await tx.memberships.delete(id, user.id)
    await requireAnOwner(tx, organization)
    names.push(organization.name)
  }
  return names
}

import type { AccountName } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { hashPassword } from '../passwords.ts'
import { addUser } from '../user.ts'
import { linkActor } from './answer-invite.ts'
import { openInviteLink } from './find-invite.ts'
import { joinByInvite } from './join-by-invite.ts'

export type Registration = {
  readonly secret: string
  readonly user: AccountName
  readonly displayName?: string | undefined
  readonly password: string
}

/**
 * Makes an account with the invite's address, and it a member: both or neither.
 * @throws {AppError} `not-found`, `gone`, `conflict` for a name that is taken, or an invite of somebody who has an account
 */
export async function registerByInvite(house: House, caller: Caller, input: Registration) {
  const { user: name, displayName } = input
  // Looked at before the password is hashed, so that strangers can't make the server work.
  const found = await openInviteLink(house, input.secret)
  const { organization, invite } = found
  const { invitee } = invite
  if (invitee.type === 'user') {
    throw new AppError(
      'conflict',
      `this invite is for \`${invitee.name}\`, who has an account; sign in as \`${invitee.name}\` and accept it with \`wharden invite accept\``,
    )
  }
  const passwordHash = await hashPassword(input.password)
  return house.store.change(house.store.installation, linkActor(caller), async (tx) => {
    const chain = await tx.join(organization.id)
    const user = await addUser(tx, { name, displayName, email: invitee.email, passwordHash })
    return joinByInvite(tx, chain, found, user)
  })
}

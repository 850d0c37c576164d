import { toStored } from '../../../audit/event.ts'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { actorOf } from '../actor.ts'
import { hashPassword } from '../passwords.ts'
import { endSessions } from './end-sessions.ts'
import { requireOwnSession } from './own-session.ts'
import { provePassword } from './prove-password.ts'

/**
 * Gives the caller another password. Whoever has found their screen unlocked doesn't know the old one, and guesses it no faster
 * here than at sign-in. Their other sessions end: one of them may be why.
 * @throws {AppError} `invalid` where the old one is wrong or the new one can't be used; `too-many-requests`
 */
export async function changePassword(
  house: House,
  caller: Caller,
  { current, password }: { readonly current: string; readonly password: string },
): Promise<void> {
  const { user: id, credential } = requireOwnSession(caller)
  const actor = await actorOf(house, caller)
  const proven = await provePassword(house, caller.context, { user: actor.name, password: current })
  if (proven?.user.id !== id)
    throw new AppError(
      'invalid',
      'that is not your present password; forgotten? ask an administrator for a link',
      {
        field: 'current',
      },
    )
  const passwordHash = await hashPassword(password)
  await house.store.change(house.store.installation, actor, async (tx) => {
    // Another change, or a link, was faster: its password must not be lost to one who knew only the old one.
    if ((await tx.users.passwordHash(id)) !== proven.stored)
      throw new AppError('conflict', 'your password was changed a moment ago; sign in with that one')
    await tx.users.setPassword(id, passwordHash)
    const ended = await endSessions(tx, id, credential)
    await tx.record(
      toStored({ type: 'user_password_changed', subject: `user/${actor.name}`, after: { ended } }),
    )
  })
}

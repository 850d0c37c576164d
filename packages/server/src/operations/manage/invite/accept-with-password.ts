import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { apiCallerOf } from '../api-caller.ts'
import { createSession } from '../session/create-session.ts'
import { deleteCurrentSession } from '../session/delete-session.ts'
import { acceptInvite } from './answer-invite.ts'
import { openInviteLink } from './find-invite.ts'

export type Answerer = { readonly secret: string; readonly user: string; readonly password: string }

/**
 * Accepts by a link, for a browser, which has no session: signs in, accepts and signs out.
 * @throws {AppError} `not-found`, `gone`, `credential-invalid`, `too-many-requests`, `denied`
 */
export async function acceptWithPassword(house: House, caller: Caller, { secret, user, password }: Answerer) {
  // A link comes first: without one this is no place to try passwords.
  await openInviteLink(house, secret)
  const session = await createSession(house, caller, { user, password })
  const signedIn = await apiCallerOf(house, caller.context, { type: 'bearer', token: session.secret })
  try {
    return await acceptInvite(house, signedIn, { secret })
  } finally {
    await deleteCurrentSession(house, signedIn)
  }
}

import type { UserId } from '@wharden/policy'
import { AppError } from '../../../errors.ts'
import type { Caller } from '../../caller.ts'
import { requireSignedIn, type SignedIn } from '../signed-in.ts'

/**
 * Sessions are their person's own affair: no token, though it were theirs, sees or ends them.
 * @throws {AppError} `invalid`
 */
export function requireOwnSession(caller: Caller): SignedIn & { readonly user: UserId } {
  const principal = requireSignedIn(caller)
  const { kind, user } = principal
  if (kind === 'session' && user !== undefined) return { ...principal, user }
  throw new AppError(
    'invalid',
    'this is a token, not a session: sign in with `wharden login`; a token is ended with `wharden token delete`',
  )
}

import { isOutdated, passwords, type PasswordProblem } from '../../identity/password.ts'
import { AppError } from '../../errors.ts'

/** One line for the whole process: it shares memory and threads with everything else that runs in it. */
const inTurn = passwords()

/** @throws {AppError} `invalid` for a password that can't be used, `busy` when too many are waiting */
export async function hashPassword(password: string): Promise<string> {
  const hashed = await inTurn.hash(password)
  if (hashed.type === 'ok') return hashed.value
  throw errorOf(hashed.error)
}

/**
 * Whether it is the password of this account; `stored` is undefined for one that isn't there, which takes as long.
 * @throws {AppError} `busy` when too many are waiting
 */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const matched = await inTurn.verify(stored, password)
  if (matched.type === 'ok') return matched.value
  if (matched.error.type === 'busy') throw errorOf(matched.error)
  return false
}

/**
 * A right password's hash at today's cost, if it was kept at another. Not now, if too many are waiting, and never for one
 * that couldn't be chosen any more: it goes on signing in.
 */
export async function renewedHash(stored: string, password: string): Promise<string | undefined> {
  if (!isOutdated(stored)) return undefined
  const hashed = await inTurn.hash(password)
  return hashed.type === 'ok' ? hashed.value : undefined
}

function errorOf({ type, message }: PasswordProblem): AppError {
  if (type === 'busy') return new AppError('busy', message, { retryAfterSeconds: 3 })
  return new AppError('invalid', message, { field: 'password' })
}

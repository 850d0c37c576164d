import { parseAccountName, type UserId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import type { Context } from '../../../context.ts'
import { AppError } from '../../../errors.ts'
import type { UserRecord } from '../../../stores/metadata/port/accounts.ts'
import type { Actor } from '../../../stores/metadata/port/logs.ts'
import type { House } from '../../house.ts'
import { isPassword } from '../passwords.ts'
import { createSignInSlowdown, type SignInSlowdown } from './sign-in-slowdown.ts'

/** What each house has seen of guessing; see there why it counts as it does. */
const slowdowns = new WeakMap<House, SignInSlowdown>()

function slowdownOf(house: House): SignInSlowdown {
  const known = slowdowns.get(house) ?? createSignInSlowdown()
  slowdowns.set(house, known)
  return known
}

export type NameAndPassword = { readonly user: string; readonly password: string }

/** Somebody whose password matched, and the hash it matched. */
export type Proven = { readonly user: UserRecord; readonly stored: string }

/**
 * Whose password it is. That there is no such account, that it has no password and that the password is wrong are one
 * answer, asked of the store in as many steps, and take one hash each: guessing is all that is slowed down.
 * @returns undefined if it is nobody's
 * @throws {AppError} `too-many-requests`; `busy`
 */
export async function provePassword(
  house: House,
  { address, now }: Pick<Context, 'address' | 'now'>,
  { user: name, password }: NameAndPassword,
): Promise<Proven | undefined> {
  const slowdown = slowdownOf(house)
  const wait = slowdown.waitFor(name, address, now)
  if (wait > 0) throw slowDown(wait)
  const slowed = slowdown.attempted(name, address, now)
  const user = await userNamed(house, name)
  const stored = await house.store.read.users.passwordHash(user?.id ?? NOBODY)
  const matched = await isPassword(stored, password)
  if (!matched || user === undefined || stored === undefined) {
    if (slowed && user !== undefined) recordSlowed(house, user, address)
    return undefined
  }
  slowdown.succeeded(name, address)
  return { user, stored }
}

/** No user's id. */
const NOBODY = '' as UserId

async function userNamed(house: House, text: string): Promise<UserRecord | undefined> {
  const name = parseAccountName(text)
  return name.type === 'ok' ? house.store.read.users.byName(name.value) : undefined
}

function slowDown(wait: number): AppError {
  const retryAfterSeconds = Math.ceil(wait / 1_000)
  return new AppError(
    'too-many-requests',
    `too many wrong passwords from here; wait ${retryAfterSeconds} s and try again`,
    { retryAfterSeconds },
  )
}

/**
 * Once as slowing begins, not at each attempt: a flood must not grow the log. Nobody waits for it, or an account that
 * exists would answer later than one that doesn't.
 */
function recordSlowed(house: House, user: UserRecord, address: string): void {
  const actor: Actor = { type: 'system', id: 'sign-in', name: 'anonymous', address }
  const event = toStored({ type: 'session_slowed', subject: `user/${user.name}`, after: { address } })
  house.store
    .change(house.store.installation, actor, (tx) => tx.record(event))
    .catch((cause: unknown) => house.log.warn({ err: cause }, 'slowed sign-ins can not be recorded'))
}

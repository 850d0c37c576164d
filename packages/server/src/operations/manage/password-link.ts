/**
 * One-time links by which somebody sets a password. What the store keeps is a setting under the hash of the link's
 * secret, and one under the user that says which link is theirs, so that a new link ends the one before.
 */
import type { AccountName, UserId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { hashPassword } from './passwords.ts'
import { mintSecret, parseSecret, type MintedSecret, type SecretHash } from '../../identity/secret.ts'
import type { Json } from '../../stores/metadata/port/page.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import { authorize } from '../authorize.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { endSessions } from './session/end-sessions.ts'
import { instant } from './time.ts'
import { requireUser } from './find-user.ts'

const DAY = 86_400_000

export type PasswordLink = { readonly secret: MintedSecret; readonly expiresAt: number }

type StoredLink = { readonly user: UserId; readonly expiresAt: number }

export function mintPasswordLink(now: number): PasswordLink {
  return { secret: mintSecret('set'), expiresAt: now + DAY }
}

/** The part of a change that makes `link` the user's only one. */
export async function putPasswordLink(
  tx: ChangeNouns,
  user: UserId,
  { secret, expiresAt }: PasswordLink,
): Promise<void> {
  await dropPasswordLink(tx, user)
  await tx.settings.put(linkKey(secret.hash), { user, expiresAt })
  await tx.settings.put(userKey(user), secret.hash)
}

async function dropPasswordLink(tx: ChangeNouns, user: UserId): Promise<void> {
  const earlier = await tx.settings.get(userKey(user))
  if (typeof earlier === 'string') await tx.settings.delete(linkKey(earlier))
  await tx.settings.delete(userKey(user))
}

/** The answer to whoever made the link: the only time its secret is shown. */
export function linkView(house: House, { secret, expiresAt }: PasswordLink) {
  const text = secret.text.reveal()
  return {
    url: `${house.sites().advertised.origin}/password?secret=${text}`,
    secret: text,
    expiresAt: instant(expiresAt),
  }
}

export async function createPasswordLink(
  house: House,
  caller: Caller,
  input: { readonly user: AccountName },
) {
  await authorize(house, caller, 'user/edit', { type: 'installation' })
  const { id, name } = await requireUser(house, input.user)
  const link = mintPasswordLink(caller.context.now)
  await house.store.change(house.store.installation, await actorOf(house, caller), async (tx) => {
    await putPasswordLink(tx, id, link)
    await tx.record(toStored({ type: 'user_password_link_created', subject: `user/${name}` }))
  })
  return linkView(house, link)
}

/** Sets a password and ends all sessions of its user. @throws {AppError} `gone` for a link that isn't, or is no more */
export async function setPassword(
  house: House,
  { context }: Caller,
  { secret, password }: { readonly secret: string; readonly password: string },
): Promise<void> {
  const presented = parseSecret(secret)
  const hash = presented?.kind === 'set' ? presented.hash : undefined
  const link = hash === undefined ? undefined : readLink(await house.store.read.settings.get(linkKey(hash)))
  if (hash === undefined || link === undefined || link.expiresAt <= context.now) throw gone()
  const user = await house.store.read.users.byId(link.user)
  if (user === undefined) throw gone()
  const passwordHash = await hashPassword(password)
  const actor = { type: 'user', id: user.id, name: user.name, address: context.address } as const
  await house.store.change(house.store.installation, actor, async (tx) => {
    if (!(await tx.settings.delete(linkKey(hash)))) throw gone()
    await dropPasswordLink(tx, user.id)
    await tx.users.setPassword(user.id, passwordHash)
    await endSessions(tx, user.id)
    await tx.record(toStored({ type: 'user_password_set', subject: `user/${user.name}` }))
  })
}

function gone(): AppError {
  return new AppError(
    'gone',
    'this link was used already, replaced, or has expired; ask an administrator for a new one',
  )
}

function readLink(value: Json | undefined): StoredLink | undefined {
  if (typeof value !== 'object' || value === null || !('user' in value) || !('expiresAt' in value))
    return undefined
  const { user, expiresAt } = value
  // Written by `putPasswordLink` from a user's id.
  return typeof user === 'string' && typeof expiresAt === 'number'
    ? { user: user as UserId, expiresAt }
    : undefined
}

function linkKey(hash: SecretHash | string): string {
  return `password-link/${hash}`
}

function userKey(user: UserId): string {
  return `password-link-of/${user}`
}

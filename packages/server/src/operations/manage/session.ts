import { parseAccountName, type CredentialId, type UserId } from '@wharden/policy'
import { toStored } from '../../audit/event.ts'
import { AppError } from '../../errors.ts'
import { mintSecret, type MintedSecret } from '../../identity/secret.ts'
import type { UserRecord } from '../../stores/metadata/port/accounts.ts'
import type { Actor } from '../../stores/metadata/port/logs.ts'
import type { ChangeNouns } from '../../stores/metadata/port.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { actorOf } from './actor.ts'
import { isPassword, renewedHash } from './passwords.ts'
import { createSignInSlowdown, type SignInSlowdown } from './sign-in-slowdown.ts'
import { requireSignedIn, type SignedIn } from './signed-in.ts'
import { instant, instantOrNull } from './time.ts'

/** Signing in again costs a password; losing a laptop costs a week at most. */
const SESSION_LIFE = 7 * 86_400_000

/** What each house has seen of guessing; see there why it counts as it does. */
const slowdowns = new WeakMap<House, SignInSlowdown>()

function slowdownOf(house: House): SignInSlowdown {
  const known = slowdowns.get(house) ?? createSignInSlowdown()
  slowdowns.set(house, known)
  return known
}

export type NewSession = { readonly secret: MintedSecret; readonly expiresAt: number }

/**
 * Signs a person in. That there is no such account, that it has no password and that the password is wrong are one answer,
 * and take as long.
 * @throws {AppError} `credential-invalid`, `too-many-requests`
 */
export async function createSession(
  house: House,
  { context }: Caller,
  { user: name, password }: { readonly user: string; readonly password: string },
) {
  const { address, now } = context
  const slowdown = slowdownOf(house)
  const wait = slowdown.waitFor(name, address, now)
  if (wait > 0) throw slowDown(wait)
  const slowed = slowdown.attempted(name, address, now)
  const user = await userNamed(house, name)
  const stored = user === undefined ? undefined : await house.store.read.users.passwordHash(user.id)
  const matched = await isPassword(stored, password)
  if (!matched || stored === undefined || user?.status !== 'active') {
    if (slowed && user !== undefined) recordSlowed(house, user, address)
    throw new AppError('credential-invalid', 'the user name or the password is wrong')
  }
  slowdown.succeeded(name, address)
  const session = mintSession(now)
  const actor: Actor = { type: 'user', id: user.id, name: user.name, address }
  const renewed = await renewedHash(stored, password)
  await house.store.change(house.store.installation, actor, async (tx) => {
    await addSession(tx, user, session)
    // Unless the password was changed in this moment.
    if (renewed !== undefined && (await tx.users.passwordHash(user.id)) === stored)
      await tx.users.setPassword(user.id, renewed)
  })
  return { ...sessionView(session), user: user.name }
}

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

export function mintSession(now: number): NewSession {
  return { secret: mintSecret('ses'), expiresAt: now + SESSION_LIFE }
}

export function sessionView({ secret, expiresAt }: NewSession) {
  return { secret: secret.text.reveal(), expiresAt: instant(expiresAt) }
}

/** The part of a change of the installation that signs a user in; sessions of theirs that have ended are cleared away. */
export async function addSession(
  tx: ChangeNouns,
  { id, name }: Pick<UserRecord, 'id' | 'name'>,
  { secret, expiresAt }: NewSession,
): Promise<void> {
  await clearEnded(tx, id, expiresAt - SESSION_LIFE)
  const created = await tx.credentials.create({
    kind: 'session',
    user: id,
    name: 'session',
    createdBy: name,
    expiresAt,
    secrets: [{ slot: 'token', hash: Buffer.from(secret.hash, 'hex'), expiresAt }],
  })
  const subject = `user/${name}` as const
  await tx.record(toStored({ type: 'session_created', subject, after: { session: created?.id ?? '' } }))
}

async function clearEnded(tx: ChangeNouns, user: UserId, now: number): Promise<void> {
  const { items } = await tx.credentials.list({ kind: 'session', user }, { limit: 100 })
  for (const { id, expiresAt } of items) {
    if (expiresAt !== undefined && expiresAt <= now) await tx.credentials.delete(id)
  }
}

/** Says whom the credential speaks for. */
export async function showSession(house: House, caller: Caller) {
  const principal = requireSignedIn(caller)
  const { read } = house.store
  const record = await read.credentials.byId(principal.credential)
  if (record === undefined) throw gone()
  const credential = { id: record.id, kind: kindOf(principal), expiresAt: instantOrNull(record.expiresAt) }
  if (principal.user === undefined) {
    const organization =
      principal.organization === undefined ? undefined : await read.organizations.byId(principal.organization)
    if (organization === undefined) throw gone()
    return { type: 'organization' as const, organization: organization.name, name: record.name, credential }
  }
  const user = await read.users.byId(principal.user)
  if (user === undefined) throw gone()
  return {
    type: 'user' as const,
    user: user.name,
    displayName: user.displayName,
    installationAdministrator: user.installationAdministrator,
    memberships: await membershipsOf(house, principal),
    credential,
  }
}

async function membershipsOf(house: House, { memberships }: SignedIn) {
  const found = await Promise.all(
    memberships.map(async ({ organization, role }) => {
      const record = await house.store.read.organizations.byId(organization)
      return record === undefined ? [] : [{ organization: record.name, role }]
    }),
  )
  return found.flat().toSorted((one, other) => (one.organization < other.organization ? -1 : 1))
}

type ShownKind = 'session' | 'pat' | 'oat' | 'registry-token'
const SHOWN_KINDS: readonly ShownKind[] = ['session', 'pat', 'oat', 'registry-token']

function kindOf({ kind }: SignedIn): ShownKind {
  const shown = SHOWN_KINDS.find((known) => known === kind)
  if (shown === undefined) throw new AppError('unsupported', `a credential of kind \`${kind}\` can't do this`)
  return shown
}

function gone(): AppError {
  return new AppError('credential-invalid', 'this credential was deleted a moment ago; sign in again')
}

/** Signs out. @throws {AppError} `invalid` for a token, which is deactivated or deleted instead */
export async function deleteSession(house: House, caller: Caller): Promise<void> {
  const { kind, credential } = requireSignedIn(caller)
  if (kind !== 'session') {
    throw new AppError('invalid', 'this is a token, not a session; delete it with `wharden token delete`')
  }
  const actor = await actorOf(house, caller)
  await house.store.change(house.store.installation, actor, (tx) => endSession(tx, actor, credential))
}

async function endSession(tx: ChangeNouns, { name }: Actor, credential: CredentialId): Promise<void> {
  await tx.credentials.delete(credential)
  await tx.record(toStored({ type: 'session_deleted', subject: `user/${name}` }))
}

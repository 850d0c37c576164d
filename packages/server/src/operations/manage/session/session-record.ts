/**
 * A person signed in: a credential of kind `session`. It is described by where it was begun, `ADDRESS PROGRAM`, so that its
 * owner knows it again in a list.
 */
import type { UserId } from '@wharden/policy'
import { toStored } from '../../../audit/event.ts'
import type { Context } from '../../../context.ts'
import { mintSecret, type MintedSecret } from '../../../identity/secret.ts'
import type { UserRecord } from '../../../stores/metadata/port/accounts.ts'
import type { CredentialRecord } from '../../../stores/metadata/port/credentials.ts'
import type { ChangeNouns } from '../../../stores/metadata/port.ts'
import { instant } from '../time.ts'

/** Signing in again costs a password; losing a laptop costs a week at most. */
const SESSION_LIFE = 7 * 86_400_000

const USER_AGENT_MAX_LENGTH = 200

export type NewSession = { readonly secret: MintedSecret; readonly expiresAt: number }

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
  { address, userAgent, now }: Pick<Context, 'address' | 'userAgent' | 'now'>,
): Promise<void> {
  await clearEnded(tx, id, now)
  const program = userAgent.slice(0, USER_AGENT_MAX_LENGTH)
  const created = await tx.credentials.create({
    kind: 'session',
    user: id,
    name: 'session',
    description: `${address} ${program}`,
    createdBy: name,
    expiresAt,
    secrets: [{ slot: 'token', hash: Buffer.from(secret.hash, 'hex'), expiresAt }],
  })
  const after = { session: created?.id ?? '', userAgent: program }
  await tx.record(toStored({ type: 'session_created', subject: `user/${name}`, after }))
}

/** Where a session was begun, and by what program. */
export function originOf({ description }: Pick<CredentialRecord, 'description'>) {
  const [address = '', ...program] = description.split(' ')
  return { address, userAgent: program.join(' ') }
}

async function clearEnded(tx: ChangeNouns, user: UserId, now: number): Promise<void> {
  const { items } = await tx.credentials.list({ kind: 'session', user }, { limit: 100 })
  for (const { id, expiresAt } of items) {
    if (expiresAt !== undefined && expiresAt <= now) await tx.credentials.delete(id)
  }
}

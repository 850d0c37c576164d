import type { CredentialId } from '@wharden/policy'
import type { NewSecret, SecretHash, SecretRecord, SecretSlot } from '../port/credentials.ts'
import type { Session } from '../session.ts'
import { secretOf } from './credential-row.ts'

export async function secretsOf(session: Session, id: CredentialId): Promise<readonly SecretRecord[]> {
  const rows = await session.all(
    session.query
      .selectFrom('credential_secret')
      .select(['credential_id', 'slot', 'created_at', 'expires_at'])
      .where('credential_id', '=', id)
      .orderBy('slot'),
  )
  return rows.map(secretOf)
}

export async function insertSecrets(
  session: Session,
  id: CredentialId,
  secrets: readonly NewSecret[],
): Promise<void> {
  if (secrets.length === 0) return
  const rows = secrets.map(({ hash, slot, expiresAt }) => ({
    hash,
    credential_id: id,
    slot,
    created_at: session.now(),
    expires_at: expiresAt ?? null,
  }))
  await session.run(session.query.insertInto('credential_secret').values(rows))
}

export async function deleteSecret(
  session: Session,
  id: CredentialId,
  slot: SecretRecord['slot'],
): Promise<boolean> {
  const gone = await session.run(
    session.query.deleteFrom('credential_secret').where('credential_id', '=', id).where('slot', '=', slot),
  )
  return gone > 0
}

/** @returns whether there was one to be replaced */
export async function replaceSecret(
  session: Session,
  id: CredentialId,
  slot: SecretSlot,
  hash: SecretHash,
  until: number,
): Promise<boolean> {
  const present = (await secretsOf(session, id)).find((secret) => secret.slot === slot)
  if (present === undefined) return false
  await deleteSecret(session, id, 'previous')
  await session.run(
    session.query
      .updateTable('credential_secret')
      .set({ slot: 'previous', expires_at: Math.min(until, present.expiresAt ?? until) })
      .where('credential_id', '=', id)
      .where('slot', '=', slot),
  )
  await insertSecrets(session, id, [{ slot, hash, expiresAt: present.expiresAt }])
  return true
}

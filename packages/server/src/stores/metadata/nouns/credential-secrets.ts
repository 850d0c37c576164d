import type { CredentialId } from '@wharden/policy'
import type { NewSecret, SecretHash, SecretRecord, SecretSlot } from '../port/credentials.ts'
import type { Session } from '../session.ts'
import { secretOf } from './credential-row.ts'
import { groupedBy } from './grouped-by.ts'
import { manyRows, runManyRows } from './many-rows.ts'

const INSERT = manyRows(
  '(?, ?, ?, ?, ?)',
  (rows) =>
    `INSERT INTO credential_secret (hash, credential_id, slot, created_at, expires_at) VALUES ${rows}`,
)

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

export async function secretsOfMany(
  session: Session,
  ids: readonly CredentialId[],
): Promise<ReadonlyMap<CredentialId, readonly SecretRecord[]>> {
  const secrets = session.query
    .selectFrom('credential_secret')
    .select(['credential_id', 'slot', 'created_at', 'expires_at'])
    .orderBy('slot')
  return groupedBy(
    ids,
    (some) => session.all(secrets.where('credential_id', 'in', some)),
    (row) => row.credential_id,
    secretOf,
  )
}

/** @param now when they were made: milliseconds since 1970 */
export async function insertSecrets(
  session: Session,
  holders: readonly { readonly id: CredentialId; readonly secrets: readonly NewSecret[] }[],
  now = session.now(),
): Promise<void> {
  await runManyRows(
    session,
    INSERT,
    holders.flatMap(({ id, secrets }) =>
      secrets.map(({ hash, slot, expiresAt }) => [hash, id, slot, now, expiresAt ?? null]),
    ),
  )
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
  await insertSecrets(session, [{ id, secrets: [{ slot, hash, expiresAt: present.expiresAt }] }])
  return true
}

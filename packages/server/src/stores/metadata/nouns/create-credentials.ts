import type { CredentialId } from '@wharden/policy'
import { newId } from '../id.ts'
import type { CredentialRecord, NewCredential } from '../port/credentials.ts'
import type { TransactionSession } from '../session.ts'
import { credentialOf, credentialRow, type CredentialRow } from './credential-row.ts'
import { insertSecrets } from './credential-secrets.ts'
import { manyRows, runManyRows } from './many-rows.ts'
import { insertRules } from './rules.ts'

const COLUMNS = [
  'id',
  'kind',
  'organization_id',
  'user_id',
  'name',
  'description',
  'status',
  'scopes',
  'allowed_addresses',
  'scope_map_id',
  'created_by',
  'created_at',
  'expires_at',
  'version',
  'session_version',
  'last_used_at',
  'last_used_from',
  'renewable',
  'pull_limit',
  'expiry_noticed',
  'overlap_until',
] as const satisfies readonly (keyof CredentialRow)[]

/** The one uniqueness a new row can offend: a registry token's login name. */
const INSERT = manyRows(
  `(${COLUMNS.map(() => '?').join(', ')})`,
  (rows) =>
    `INSERT INTO credential (${COLUMNS.join(', ')}) VALUES ${rows} ON CONFLICT DO NOTHING RETURNING *`,
)

/**
 * Any number of credentials in a few statements.
 * @returns those that were made, in the order they were given; not those whose name another has
 */
export async function createCredentials(
  session: TransactionSession,
  credentials: readonly NewCredential[],
): Promise<readonly CredentialRecord[]> {
  const now = session.now()
  const given = credentials.map((credential) => ({ id: newId<CredentialId>(now), credential }))
  const rows = given.map(({ id, credential }) => credentialRow(id, credential, now))
  const inserted = await runManyRows<CredentialRow>(
    session,
    INSERT,
    rows.map((row) => COLUMNS.map((column) => row[column])),
  )
  const byId = new Map(inserted.map((row) => [row.id, row]))
  const made = given.filter(({ id }) => byId.has(id))
  await insertSecrets(
    session,
    made.map(({ id, credential }) => ({ id, secrets: credential.secrets })),
    now,
  )
  for (const { id, credential } of made)
    await insertRules(session, { type: 'credential', id }, credential.rules ?? [])
  return made.flatMap(({ id }) => {
    const row = byId.get(id)
    return row === undefined ? [] : [credentialOf(row)]
  })
}

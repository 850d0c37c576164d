import type { CredentialId } from '@wharden/policy'
import type { UpdateObject } from 'kysely'
import { newId } from '../id.ts'
import type {
  CredentialQuery,
  CredentialReader,
  CredentialRecord,
  Credentials,
  NewCredential,
  NewSecret,
} from '../port/credentials.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { fileById, secretByHash } from './credential-file.ts'
import { credentialOf, credentialRow, secretOf } from './credential-row.ts'
import { credentialUse } from './credential-use.ts'
import { pageOf } from './page-of.ts'
import { insertRules, replaceRules, rulesOf } from './rules.ts'

export function credentialReader(session: Session): CredentialReader {
  const { query } = session

  function matching({ kind, organization, user, scopeMap }: CredentialQuery) {
    let found = query.selectFrom('credential')
    if (kind !== undefined) found = found.where('kind', '=', kind)
    if (organization !== undefined) found = found.where('organization_id', '=', organization)
    if (user !== undefined) found = found.where('user_id', '=', user)
    if (scopeMap !== undefined) found = found.where('scope_map_id', '=', scopeMap)
    return found
  }

  return {
    secretByHash: (hash) => secretByHash(session, hash),
    fileById: (id) => fileById(session, id),
    async byId(id) {
      const row = await session.first(query.selectFrom('credential').selectAll().where('id', '=', id))
      return row === undefined ? undefined : credentialOf(row)
    },
    async byName(organization, kind, name) {
      const row = await session.first(
        matching({ organization, kind }).selectAll().where('name', '=', name).limit(1),
      )
      return row === undefined ? undefined : credentialOf(row)
    },
    async secrets(id) {
      const rows = await session.all(
        query
          .selectFrom('credential_secret')
          .select(['credential_id', 'slot', 'created_at', 'expires_at'])
          .where('credential_id', '=', id)
          .orderBy('slot'),
      )
      return rows.map(secretOf)
    },
    rules: (id) => rulesOf(session, { type: 'credential', id }),
    async list(which, { last, limit }) {
      const all = matching(which).selectAll()
      const after = last === undefined ? all : all.where('id', '>', last)
      return pageOf(await session.all(after.orderBy('id').limit(limit + 1)), limit, credentialOf)
    },
    async count(which) {
      const row = await session.first(matching(which).select(({ fn }) => fn.countAll<number>().as('n')))
      return row?.n ?? 0
    },
  }
}

export function credentials(session: TransactionSession): Credentials {
  const { query } = session

  /** Every change of a credential is one of its row: the version says so. */
  async function update(
    id: CredentialId,
    fields: UpdateObject<Tables, 'credential'>,
    endsSessions = false,
  ): Promise<CredentialRecord | undefined> {
    const row = await session.first(
      query
        .updateTable('credential')
        .set((row) => ({
          ...fields,
          version: row('version', '+', 1),
          ...(endsSessions ? { session_version: row('session_version', '+', 1) } : {}),
        }))
        .where('id', '=', id)
        .returningAll(),
    )
    if (row === undefined) return undefined
    session.announce(`credential:${id}`)
    return credentialOf(row)
  }

  return {
    ...credentialReader(session),
    ...credentialUse(session),
    create: (credential) => createCredential(session, credential),

    async update(id, { name, description, scopes, allowedAddresses, scopeMap, pullLimit, rules }) {
      const updated = await update(id, {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(scopes === undefined ? {} : { scopes: JSON.stringify(scopes) }),
        ...(allowedAddresses === undefined ? {} : { allowed_addresses: JSON.stringify(allowedAddresses) }),
        ...(scopeMap === undefined ? {} : { scope_map_id: scopeMap }),
        ...(pullLimit === undefined ? {} : { pull_limit: pullLimit }),
      })
      if (updated === undefined) return undefined
      if (rules !== undefined) await replaceRules(session, { type: 'credential', id }, rules)
      return updated
    },

    setStatus: (id, status) => update(id, { status }, status === 'inactive'),

    async putSecret(id, secret) {
      const replaced = await deleteSecret(session, id, secret.slot)
      const updated = await update(id, {}, replaced)
      if (updated !== undefined) await insertSecrets(session, id, [secret])
      return updated
    },

    async deleteSecret(id, slot) {
      return (await deleteSecret(session, id, slot)) ? update(id, {}, true) : undefined
    },

    async delete(id) {
      const gone = await session.run(query.deleteFrom('credential').where('id', '=', id))
      if (gone === 1) session.announce(`credential:${id}`)
      return gone === 1
    },
  }
}

async function createCredential(
  session: TransactionSession,
  credential: NewCredential,
): Promise<CredentialRecord | undefined> {
  const id = newId<CredentialId>(session.now())
  const row = await session.first(
    session.query
      .insertInto('credential')
      .values(credentialRow(id, credential, session.now()))
      // The one uniqueness a new row can offend: a registry token's login name.
      .onConflict((conflict) => conflict.doNothing())
      .returningAll(),
  )
  if (row === undefined) return undefined
  await insertSecrets(session, id, credential.secrets)
  await insertRules(session, { type: 'credential', id }, credential.rules ?? [])
  return credentialOf(row)
}

async function insertSecrets(
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

async function deleteSecret(session: Session, id: CredentialId, slot: NewSecret['slot']): Promise<boolean> {
  const { query } = session
  return (
    (await session.run(
      query.deleteFrom('credential_secret').where('credential_id', '=', id).where('slot', '=', slot),
    )) > 0
  )
}

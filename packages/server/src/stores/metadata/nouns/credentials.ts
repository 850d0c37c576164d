import type { CredentialId } from '@wharden/policy'
import type { UpdateObject } from 'kysely'
import type { CredentialQuery, CredentialReader, CredentialRecord, Credentials } from '../port/credentials.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { fileById, fileBySecret, secretByHash } from './credential-file.ts'
import { endingUnnoticed, endsWithin, noticeEnding } from './credential-ending.ts'
import { credentialOf } from './credential-row.ts'
import { deleteSecret, insertSecrets, replaceSecret, secretsOf, secretsOfMany } from './credential-secrets.ts'
import { credentialUse } from './credential-use.ts'
import { createCredentials } from './create-credentials.ts'
import { groupedBy } from './grouped-by.ts'
import { pageOf } from './page-of.ts'
import { replaceRules, rulesOf, rulesOfCredentials } from './rules.ts'

export function credentialReader(session: Session): CredentialReader {
  const { query } = session

  function matching({ kind, organization, user, scopeMap, expires }: CredentialQuery) {
    let found = query.selectFrom('credential')
    if (kind !== undefined) found = found.where('kind', '=', kind)
    if (organization !== undefined) found = found.where('organization_id', '=', organization)
    if (user !== undefined) found = found.where('user_id', '=', user)
    if (scopeMap !== undefined) found = found.where('scope_map_id', '=', scopeMap)
    if (expires !== undefined) found = found.where(endsWithin(session, expires))
    return found
  }

  return {
    secretByHash: (hash) => secretByHash(session, hash),
    fileBySecret: (hash) => fileBySecret(session, hash),
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
    secrets: (id) => secretsOf(session, id),
    secretsOfMany: (ids) => secretsOfMany(session, ids),
    rules: (id) => rulesOf(session, { type: 'credential', id }),
    rulesOfMany: (ids) => rulesOfCredentials(session, ids),
    async list(which, { last, limit }) {
      const all = matching(which).selectAll()
      const after = last === undefined ? all : all.where('id', '>', last)
      return pageOf(await session.all(after.orderBy('id').limit(limit + 1)), limit, credentialOf)
    },
    async countByScopeMap(ids) {
      const counted = await groupedBy(
        ids,
        (some) =>
          session.all(
            query
              .selectFrom('credential')
              .select(({ fn }) => ['scope_map_id', fn.countAll<number>().as('n')])
              .where('scope_map_id', 'in', some)
              .groupBy('scope_map_id'),
          ),
        (row) => row.scope_map_id,
        (row) => row.n,
      )
      return new Map([...counted].map(([id, [count = 0]]) => [id, count]))
    },
    async count(which) {
      const row = await session.first(matching(which).select(({ fn }) => fn.countAll<number>().as('n')))
      return row?.n ?? 0
    },
    endingUnnoticed: (days, now, limit) => endingUnnoticed(session, days, now, limit),
  }
}

/** What was issued by a credential: it stays, ends, or what is there now stays until then. */
type Sessions = 'stay' | 'end' | { readonly until: number }

export function credentials(session: TransactionSession): Credentials {
  const { query } = session

  /** Every change of a credential is one of its row: the version says so. */
  async function update(
    id: CredentialId,
    fields: UpdateObject<Tables, 'credential'>,
    sessions: Sessions = 'stay',
  ): Promise<CredentialRecord | undefined> {
    const row = await session.first(
      query
        .updateTable('credential')
        .set((row) => ({
          ...fields,
          version: row('version', '+', 1),
          ...(sessions === 'stay'
            ? {}
            : {
                session_version: row('session_version', '+', 1),
                overlap_until: sessions === 'end' ? null : sessions.until,
              }),
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
    async create(credential) {
      const [made] = await createCredentials(session, [credential])
      return made
    },
    createMany: (credentials) => createCredentials(session, credentials),

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

    setStatus: (id, status) => update(id, { status }, status === 'inactive' ? 'end' : 'stay'),

    async putSecret(id, secret) {
      await deleteSecret(session, id, secret.slot)
      await deleteSecret(session, id, 'previous')
      const updated = await update(id, {})
      if (updated !== undefined) await insertSecrets(session, [{ id, secrets: [secret] }])
      return updated
    },

    async deleteSecret(id, slot) {
      if (!(await deleteSecret(session, id, slot))) return undefined
      await deleteSecret(session, id, 'previous')
      return update(id, {})
    },

    async replaceSecret(id, slot, hash, until) {
      const replaced = await replaceSecret(session, id, slot, hash, until)
      return replaced ? update(id, {}, slot === 'token' ? { until } : 'stay') : undefined
    },

    noticeEnding: (id, days) => noticeEnding(session, id, days),

    async delete(id) {
      const gone = await session.run(query.deleteFrom('credential').where('id', '=', id))
      if (gone === 1) session.announce(`credential:${id}`)
      return gone === 1
    },
  }
}

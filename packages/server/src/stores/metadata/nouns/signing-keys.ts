import type { Selectable } from 'kysely'
import { canonicalJson, parseJson } from '../canonical-json.ts'
import type { SigningKeyReader, SigningKeyRecord, SigningKeys } from '../port/installation.ts'
import type { Session, TransactionSession } from '../session.ts'
import type { Tables } from '../tables.ts'

export function signingKeyReader(session: Session): SigningKeyReader {
  return {
    async list() {
      const all = session.query.selectFrom('signing_key').selectAll()
      return (await session.all(all.orderBy('created_at').orderBy('id'))).map(signingKeyOf)
    },
  }
}

export function signingKeys(session: TransactionSession): SigningKeys {
  const { query } = session

  async function update(id: string, fields: Partial<Selectable<Tables['signing_key']>>): Promise<boolean> {
    const set = await session.run(query.updateTable('signing_key').set(fields).where('id', '=', id))
    if (set === 1) session.announce('signing-keys:all')
    return set === 1
  }

  return {
    ...signingKeyReader(session),
    async create({ id, state, sealedPrivateKey, publicJwk }) {
      const now = session.now()
      const row = {
        id,
        state,
        sealed_private_key: sealedPrivateKey,
        public_jwk: canonicalJson(publicJwk),
        created_at: now,
        state_since: now,
      }
      await session.run(query.insertInto('signing_key').values(row))
      session.announce('signing-keys:all')
      return signingKeyOf(row)
    },
    setState: (id, state) => update(id, { state, state_since: session.now() }),
    reseal: (id, sealedPrivateKey) => update(id, { sealed_private_key: sealedPrivateKey }),
    async delete(id) {
      const gone = await session.run(query.deleteFrom('signing_key').where('id', '=', id))
      if (gone === 1) session.announce('signing-keys:all')
      return gone === 1
    },
  }
}

function signingKeyOf(row: Selectable<Tables['signing_key']>): SigningKeyRecord {
  return {
    id: row.id,
    state: row.state,
    sealedPrivateKey: row.sealed_private_key,
    publicJwk: parseJson(row.public_jwk),
    createdAt: row.created_at,
    stateSince: row.state_since,
  }
}

import type { OrganizationId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import type { BarRecord, CredentialBarReader, CredentialBars } from '../port/credential-bars.ts'
import type { Session, TransactionSession } from '../session.ts'
import type { Tables } from '../tables.ts'
import { credentialOf } from './credential-row.ts'
import { pageOf } from './page-of.ts'

export function credentialBarReader(session: Session): CredentialBarReader {
  const { query } = session
  return {
    async find(organization, credential) {
      const row = await session.first(
        query
          .selectFrom('credential_bar')
          .selectAll()
          .where('organization_id', '=', organization)
          .where('credential_id', '=', credential),
      )
      return row === undefined ? undefined : barOf(row)
    },

    async candidate(organization, credential) {
      const row = await session.first(personalOf(session, organization).where('id', '=', credential))
      return row === undefined ? undefined : credentialOf(row)
    },

    async candidates(organization, { last, limit }) {
      const all = personalOf(session, organization)
      const after = last === undefined ? all : all.where('id', '>', last)
      return pageOf(await session.all(after.orderBy('id').limit(limit + 1)), limit, credentialOf)
    },
  }
}

/** Personal tokens of members, and of owners of the organization's company. */
function personalOf({ query }: Session, organization: OrganizationId) {
  const members = query.selectFrom('membership').select('user_id').where('organization_id', '=', organization)
  const owners = query
    .selectFrom('company_owner')
    .innerJoin('organization', 'organization.company_id', 'company_owner.company_id')
    .select('company_owner.user_id')
    .where('organization.id', '=', organization)
  return query
    .selectFrom('credential')
    .selectAll()
    .where('kind', '=', 'pat')
    .where((row) => row.or([row('user_id', 'in', members), row('user_id', 'in', owners)]))
}

export function credentialBars(session: TransactionSession): CredentialBars {
  const { query } = session
  return {
    ...credentialBarReader(session),

    async put(organization, credential, by) {
      const row = await session.first(
        query
          .insertInto('credential_bar')
          .values({
            organization_id: organization,
            credential_id: credential,
            barred_by: by,
            barred_at: session.now(),
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll(),
      )
      if (row === undefined) return undefined
      session.announce(`credential:${credential}`)
      return barOf(row)
    },

    async delete(organization, credential) {
      const gone = await session.run(
        query
          .deleteFrom('credential_bar')
          .where('organization_id', '=', organization)
          .where('credential_id', '=', credential),
      )
      if (gone === 1) session.announce(`credential:${credential}`)
      return gone === 1
    },
  }
}

function barOf(row: Selectable<Tables['credential_bar']>): BarRecord {
  return {
    organization: row.organization_id,
    credential: row.credential_id,
    by: row.barred_by,
    at: row.barred_at,
  }
}

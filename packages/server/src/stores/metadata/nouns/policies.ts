import type { OrganizationId } from '@wharden/policy'
import { canonicalJson, parseJson } from '../canonical-json.ts'
import type { Policies, PolicyReader } from '../port/installation.ts'
import type { Session, TransactionSession } from '../session.ts'

export function policyReader(session: Session): PolicyReader {
  const { query } = session
  return {
    async of(organization) {
      const rows = await session.all(
        query
          .selectFrom('organization_policy')
          .selectAll()
          .where('organization_id', '=', organization)
          .orderBy('kind'),
      )
      return rows.map((row) => ({
        organization: row.organization_id,
        kind: row.kind,
        document: parseJson(row.document),
        updatedAt: row.updated_at,
      }))
    },
  }
}

export function policies(session: TransactionSession): Policies {
  const { query } = session
  return {
    ...policyReader(session),
    async put(organization, kind, document) {
      const set = { document: canonicalJson(document), updated_at: session.now() }
      await session.run(
        query
          .insertInto('organization_policy')
          .values({ organization_id: organization, kind, ...set })
          .onConflict((conflict) => conflict.columns(['organization_id', 'kind']).doUpdateSet(set)),
      )
      session.announce(`policies:${organization}`)
    },
    async delete(organization: OrganizationId, kind) {
      const gone = await session.run(
        query
          .deleteFrom('organization_policy')
          .where('organization_id', '=', organization)
          .where('kind', '=', kind),
      )
      if (gone === 1) session.announce(`policies:${organization}`)
      return gone === 1
    },
  }
}

import type { Selectable } from 'kysely'
import type { GuardReader, GuardRecord, Guards } from '../port/installation.ts'
import type { Session, TransactionSession } from '../session.ts'
import type { Tables } from '../tables.ts'

export function guardReader(session: Session): GuardReader {
  const { query } = session
  const all = () => query.selectFrom('guarded_registry').selectAll()
  return {
    async byService(service) {
      const row = await session.first(all().where('service', '=', service))
      return row === undefined ? undefined : guardOf(row)
    },
    list: async () => (await session.all(all().orderBy('service'))).map(guardOf),
  }
}

export function guards(session: TransactionSession): Guards {
  const { query } = session
  return {
    ...guardReader(session),
    async put(service, organization) {
      const organization_id = organization ?? null
      const row = await session.first(
        query
          .insertInto('guarded_registry')
          .values({ service, organization_id, created_at: session.now() })
          .onConflict((conflict) => conflict.column('service').doUpdateSet({ organization_id }))
          .returningAll(),
      )
      if (row === undefined) throw new Error('an upsert returned no row')
      session.announce(`guard:${service}`)
      return guardOf(row)
    },
    async delete(service) {
      const gone = await session.run(query.deleteFrom('guarded_registry').where('service', '=', service))
      if (gone === 1) session.announce(`guard:${service}`)
      return gone === 1
    },
  }
}

function guardOf(row: Selectable<Tables['guarded_registry']>): GuardRecord {
  return { service: row.service, organization: row.organization_id ?? undefined, createdAt: row.created_at }
}

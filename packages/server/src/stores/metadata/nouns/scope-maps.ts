import { SYSTEM_SCOPE_MAPS, type ScopeMapId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { newId } from '../id.ts'
import type { ScopeMapReader, ScopeMapRecord, ScopeMaps } from '../port/credentials.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { groupedBy } from './grouped-by.ts'
import { flag } from './locks.ts'
import { pageOf } from './page-of.ts'
import { insertRules, replaceRules, rulesOf, rulesOfScopeMaps } from './rules.ts'
import { scopeMapFile } from './scope-map-file.ts'

type Row = Selectable<Tables['scope_map']>

export function scopeMapReader(session: Session): ScopeMapReader {
  const { query } = session
  const all = () => query.selectFrom('scope_map').selectAll()
  return {
    fileById: (id) => scopeMapFile(session, id),
    async byId(id) {
      const row = await session.first(all().where('id', '=', id))
      return row === undefined ? undefined : scopeMapOf(row)
    },
    async byName(organization, name) {
      const row = await session.first(
        all().where('organization_id', '=', organization).where('name', '=', name),
      )
      return row === undefined ? undefined : scopeMapOf(row)
    },
    async byIds(ids) {
      const found = await groupedBy(
        ids,
        (some) => session.all(all().where('id', 'in', some)),
        (row) => row.id,
        scopeMapOf,
      )
      return [...found.values()].flat()
    },
    rules: (id) => rulesOf(session, { type: 'scope-map', id }),
    rulesOfMany: (ids) => rulesOfScopeMaps(session, ids),
    async list(organization, { last, limit }) {
      const maps = all().where('organization_id', '=', organization)
      const after = last === undefined ? maps : maps.where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, scopeMapOf)
    },
    async count(organization) {
      const row = await session.first(
        query
          .selectFrom('scope_map')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('organization_id', '=', organization),
      )
      // The system's are in every organization. Asked which those are, a database would look at each row, not at its index alone.
      return Math.max(0, (row?.n ?? 0) - SYSTEM_SCOPE_MAPS.length)
    },
  }
}

export function scopeMaps(session: TransactionSession): ScopeMaps {
  const { query } = session
  return {
    ...scopeMapReader(session),
    async create({ organization, name, description = '', system = false, rules }) {
      const id = newId<ScopeMapId>(session.now())
      const row = await session.first(
        query
          .insertInto('scope_map')
          .values({
            id,
            organization_id: organization,
            name,
            description,
            system: flag(system),
            version: 1,
            created_at: session.now(),
          })
          .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
          .returningAll(),
      )
      if (row === undefined) return undefined
      await insertRules(session, { type: 'scope-map', id }, rules)
      return scopeMapOf(row)
    },

    async update(id, { description, rules }) {
      const row = await session.first(
        query
          .updateTable('scope_map')
          .set((row) => ({
            version: row('version', '+', 1),
            ...(description === undefined ? {} : { description }),
          }))
          .where('id', '=', id)
          .where('system', '=', 0)
          .returningAll(),
      )
      if (row === undefined) return undefined
      if (rules !== undefined) await replaceRules(session, { type: 'scope-map', id }, rules)
      session.announce(`scope-map:${id}`)
      return scopeMapOf(row)
    },

    async delete(id) {
      const own = await session.first(
        query.selectFrom('scope_map').select('id').where('id', '=', id).where('system', '=', 0),
      )
      if (own === undefined) return false
      // Whoever keeps one of its credentials hears of the map itself: there may be many thousands of them.
      await session.run(
        query.updateTable('credential').set({ scope_map_id: null }).where('scope_map_id', '=', id),
      )
      await session.run(query.deleteFrom('scope_map').where('id', '=', id))
      session.announce(`scope-map:${id}`)
      return true
    },
  }
}

export function scopeMapOf(row: Row): ScopeMapRecord {
  return {
    id: row.id,
    organization: row.organization_id,
    name: row.name,
    description: row.description,
    system: row.system === 1,
    version: row.version,
    createdAt: row.created_at,
  }
}

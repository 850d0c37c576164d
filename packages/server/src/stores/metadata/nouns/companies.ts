import type { CompanyId, UserId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { newId } from '../id.ts'
import type { Companies, CompanyReader, CompanyRecord } from '../port/companies.ts'
import type { Session, TransactionSession } from '../session.ts'
import type { Tables } from '../tables.ts'
import { organizationOf } from './organizations.ts'
import { pageOf } from './page-of.ts'
import { userOf } from './users.ts'

type Row = Selectable<Tables['company']>

export function companyReader(session: Session): CompanyReader {
  const { query } = session
  const all = () => query.selectFrom('company').selectAll()
  const owners = (company: CompanyId) => query.selectFrom('company_owner').where('company_id', '=', company)
  return {
    async byId(id) {
      const row = await session.first(all().where('id', '=', id))
      return row === undefined ? undefined : companyOf(row)
    },
    async byName(name) {
      const row = await session.first(all().where('name', '=', name))
      return row === undefined ? undefined : companyOf(row)
    },
    async list({ last, limit }) {
      const after = last === undefined ? all() : all().where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, companyOf)
    },
    async ownedBy(user) {
      const owned = query.selectFrom('company_owner').select('company_id').where('user_id', '=', user)
      return (await session.all(all().where('id', 'in', owned).orderBy('name'))).map(companyOf)
    },
    async isOwner(company, user) {
      const row = await session.first(owners(company).select('user_id').where('user_id', '=', user))
      return row !== undefined
    },
    async owners(company, { last, limit }) {
      const people = owners(company)
        .innerJoin('user_account', 'user_account.id', 'company_owner.user_id')
        .selectAll('user_account')
        .select('company_owner.created_at as since')
      const after = last === undefined ? people : people.where('user_account.name', '>', last)
      const rows = await session.all(after.orderBy('user_account.name').limit(limit + 1))
      return pageOf(rows, limit, (row) => ({ user: userOf(row), since: row.since }))
    },
    async countOwners(company) {
      const row = await session.first(owners(company).select(({ fn }) => fn.countAll<number>().as('n')))
      return row?.n ?? 0
    },
    async organizations(company, { last, limit }) {
      const some = query.selectFrom('organization').selectAll().where('company_id', '=', company)
      const after = last === undefined ? some : some.where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, organizationOf)
    },
  }
}

export function companies(session: TransactionSession): Companies {
  const { query } = session

  /** Whoever owns it has other organizations from now on. */
  async function tellOwners(company: CompanyId | null | undefined): Promise<void> {
    if (company === null || company === undefined) return
    const owners = query.selectFrom('company_owner').select('user_id').where('company_id', '=', company)
    for (const row of await session.all(owners)) session.announce(`memberships:${row.user_id}`)
  }

  return {
    ...companyReader(session),

    async create({ name, displayName = name }) {
      const id = newId<CompanyId>(session.now())
      const row = await session.first(
        query
          .insertInto('company')
          .values({ id, name, display_name: displayName, created_at: session.now() })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returningAll(),
      )
      return row === undefined ? undefined : companyOf(row)
    },

    async update(id, { displayName }) {
      // Keeps the statement one where nothing was named: its own id.
      const set = { id, ...(displayName === undefined ? {} : { display_name: displayName }) }
      const row = await session.first(
        query.updateTable('company').set(set).where('id', '=', id).returningAll(),
      )
      return row === undefined ? undefined : companyOf(row)
    },

    async delete(id) {
      const placed = await session.all(
        query.selectFrom('organization').select('id').where('company_id', '=', id),
      )
      await tellOwners(id)
      if ((await session.run(query.deleteFrom('company').where('id', '=', id))) === 0) return false
      for (const row of placed) session.announce(`organization:${row.id}`)
      return true
    },

    async addOwner(company, user) {
      const row = { company_id: company, user_id: user, created_at: session.now() }
      const added = await session.run(
        query
          .insertInto('company_owner')
          .values(row)
          .onConflict((conflict) => conflict.doNothing()),
      )
      return told(session, user, added)
    },

    async removeOwner(company, user) {
      const owner = query.deleteFrom('company_owner').where('company_id', '=', company)
      return told(session, user, await session.run(owner.where('user_id', '=', user)))
    },

    async place(organization, company) {
      const { before } =
        (await session.first(
          query.selectFrom('organization').select('company_id as before').where('id', '=', organization),
        )) ?? {}
      const set = { company_id: company ?? null }
      await session.run(query.updateTable('organization').set(set).where('id', '=', organization))
      session.announce(`organization:${organization}`)
      await tellOwners(before)
      await tellOwners(company)
    },
  }
}

function told(session: TransactionSession, user: UserId, rows: number): boolean {
  if (rows === 1) session.announce(`memberships:${user}`)
  return rows === 1
}

function companyOf(row: Row): CompanyRecord {
  return { id: row.id, name: row.name, displayName: row.display_name, createdAt: row.created_at }
}

import type { OrganizationId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import type { MembershipReader, MembershipRecord, Memberships } from '../port/accounts.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { pageOf } from './page-of.ts'
import { userOf } from './users.ts'

type Row = Selectable<Tables['membership']>

export function membershipReader(session: Session): MembershipReader {
  const { query } = session
  const all = () => query.selectFrom('membership').selectAll()
  const owners = (organization: OrganizationId) =>
    query
      .selectFrom('membership')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('organization_id', '=', organization)
      .where('role', '=', 'owner')
  return {
    async find(organization, user) {
      const row = await session.first(
        all().where('organization_id', '=', organization).where('user_id', '=', user),
      )
      return row === undefined ? undefined : membershipOf(row)
    },
    async ofUser(user) {
      return (await session.all(all().where('user_id', '=', user).orderBy('organization_id'))).map(
        membershipOf,
      )
    },
    async ofOrganization(organization, { last, limit }) {
      const members = query
        .selectFrom('membership')
        .innerJoin('user_account', 'user_account.id', 'membership.user_id')
        .selectAll('user_account')
        .select(['organization_id', 'user_id', 'role', 'membership.created_at as member_since'])
        .where('organization_id', '=', organization)
      const after = last === undefined ? members : members.where('user_account.name', '>', last)
      const rows = await session.all(after.orderBy('user_account.name').limit(limit + 1))
      return pageOf(rows, limit, (row) => ({
        membership: membershipOf({ ...row, created_at: row.member_since }),
        user: userOf(row),
      }))
    },
    async countOwners(organization) {
      return (await session.first(owners(organization)))?.n ?? 0
    },
    async countActiveOwners(organization) {
      const active = owners(organization)
        .innerJoin('user_account', 'user_account.id', 'membership.user_id')
        .where('user_account.status', '=', 'active')
      return (await session.first(active))?.n ?? 0
    },
  }
}

export function memberships(session: TransactionSession): Memberships {
  const { query } = session
  return {
    ...membershipReader(session),
    async put(organization, user, role) {
      const row = await session.first(
        query
          .insertInto('membership')
          .values({ organization_id: organization, user_id: user, role, created_at: session.now() })
          .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doUpdateSet({ role }))
          .returningAll(),
      )
      if (row === undefined) throw new Error('an upsert returned no row')
      session.announce(`memberships:${user}`)
      return membershipOf(row)
    },
    async delete(organization, user) {
      const gone = await session.run(
        query
          .deleteFrom('membership')
          .where('organization_id', '=', organization)
          .where('user_id', '=', user),
      )
      if (gone === 1) session.announce(`memberships:${user}`)
      return gone === 1
    },
  }
}

export function membershipOf(row: Row): MembershipRecord {
  return { organization: row.organization_id, user: row.user_id, role: row.role, createdAt: row.created_at }
}

import { coversPath, type GroupGrant, type GroupId, type OrganizationId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type { GroupPermissionRecord, GroupReader, GroupRecord, Groups } from '../port/groups.ts'
import type { Session, TransactionSession } from '../session.ts'
import type { Tables } from '../tables.ts'
import { pageOf } from './page-of.ts'
import { userOf } from './users.ts'

type Row = Selectable<Tables['member_group']>
type PermissionRow = Selectable<Tables['group_permission']>

export function groupReader(session: Session): GroupReader {
  const { query } = session
  const all = () => query.selectFrom('member_group').selectAll()
  return {
    async byId(id) {
      const row = await session.first(all().where('id', '=', id))
      return row === undefined ? undefined : groupOf(row)
    },
    async byName(organization, name) {
      const row = await session.first(
        all().where('organization_id', '=', organization).where('name', '=', name),
      )
      return row === undefined ? undefined : groupOf(row)
    },
    async list(organization, { last, limit }) {
      const some = all().where('organization_id', '=', organization)
      const after = last === undefined ? some : some.where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, groupOf)
    },
    async ofMember(organization, user) {
      const joined = query
        .selectFrom('group_membership')
        .select('group_id')
        .where('organization_id', '=', organization)
        .where('user_id', '=', user)
      return (await session.all(all().where('id', 'in', joined).orderBy('name'))).map(groupOf)
    },
    async ofMembers(organization, users) {
      if (users.length === 0) return new Map()
      const joined = query
        .selectFrom('group_membership')
        .innerJoin('member_group', 'member_group.id', 'group_membership.group_id')
        .selectAll('member_group')
        .select('group_membership.user_id')
        .where('group_membership.organization_id', '=', organization)
        .where('group_membership.user_id', 'in', users)
        .orderBy('member_group.name')
      const byUser = Map.groupBy(await session.all(joined), (row) => row.user_id)
      return new Map([...byUser].map(([user, rows]) => [user, rows.map(groupOf)]))
    },
    async members(group, { last, limit }) {
      const people = query
        .selectFrom('group_membership')
        .innerJoin('user_account', 'user_account.id', 'group_membership.user_id')
        .selectAll('user_account')
        .select('group_membership.created_at as since')
        .where('group_id', '=', group)
      const after = last === undefined ? people : people.where('user_account.name', '>', last)
      const rows = await session.all(after.orderBy('user_account.name').limit(limit + 1))
      return pageOf(rows, limit, (row) => ({ user: userOf(row), since: row.since }))
    },
    async countMembers(group) {
      const row = await session.first(
        query
          .selectFrom('group_membership')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('group_id', '=', group),
      )
      return row?.n ?? 0
    },
    async permissions(group) {
      const given = query.selectFrom('group_permission').selectAll().where('group_id', '=', group)
      return (await session.all(given.orderBy('label'))).map(permissionOf)
    },
    withAccessTo: (repository) => withAccessTo(session, repository),
  }
}

export function groups(session: TransactionSession): Groups {
  const { query } = session

  async function tellMembers(group: GroupId): Promise<void> {
    const members = query.selectFrom('group_membership').select('user_id').where('group_id', '=', group)
    for (const row of await session.all(members)) session.announce(`memberships:${row.user_id}`)
  }

  return {
    ...groupReader(session),

    async create({ organization, name, description = '' }) {
      const row = await session.first(
        query
          .insertInto('member_group')
          .values({
            id: newId<GroupId>(session.now()),
            organization_id: organization,
            name,
            description,
            created_at: session.now(),
          })
          .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
          .returningAll(),
      )
      return row === undefined ? undefined : groupOf(row)
    },

    async update(id, { name, description }) {
      const before = await session.first(query.selectFrom('member_group').selectAll().where('id', '=', id))
      if (before === undefined) return undefined
      if (name !== undefined && (await isTaken(session, before.organization_id, name, id))) return undefined
      const row = await session.first(
        query
          .updateTable('member_group')
          .set({ name: name ?? before.name, description: description ?? before.description })
          .where('id', '=', id)
          .returningAll(),
      )
      return row === undefined ? undefined : groupOf(row)
    },

    async delete(id) {
      await tellMembers(id)
      return (await session.run(query.deleteFrom('member_group').where('id', '=', id))) === 1
    },

    async addMember({ id, organization }, user) {
      const added = await session.run(
        query
          .insertInto('group_membership')
          .values({ group_id: id, organization_id: organization, user_id: user, created_at: session.now() })
          .onConflict((conflict) => conflict.columns(['group_id', 'user_id']).doNothing()),
      )
      if (added === 1) session.announce(`memberships:${user}`)
      return added === 1
    },

    async removeMember(group, user) {
      const gone = await session.run(
        query.deleteFrom('group_membership').where('group_id', '=', group).where('user_id', '=', user),
      )
      if (gone === 1) session.announce(`memberships:${user}`)
      return gone === 1
    },

    async setPermission(group, { label, pattern, permission }) {
      const set = {
        pattern: JSON.stringify(pattern),
        // Beside the pattern so that one can ask who may reach a repository.
        repository_id: pattern.type === 'repository' ? pattern.repository : null,
        permission,
      }
      const row = await session.first(
        query
          .insertInto('group_permission')
          .values({ id: newId<string>(session.now()), group_id: group, label, ...set })
          .onConflict((conflict) => conflict.columns(['group_id', 'label']).doUpdateSet(set))
          .returningAll(),
      )
      if (row === undefined) throw new Error('an upsert returned no row')
      await tellMembers(group)
      return permissionOf(row)
    },

    async removePermission(group, label) {
      const row = await session.first(
        query
          .deleteFrom('group_permission')
          .where('group_id', '=', group)
          .where('label', '=', label)
          .returningAll(),
      )
      if (row === undefined) return undefined
      await tellMembers(group)
      return permissionOf(row)
    },
  }
}

async function isTaken(
  session: Session,
  organization: OrganizationId,
  name: string,
  but: GroupId,
): Promise<boolean> {
  const other = await groupReader(session).byName(organization, name)
  return other !== undefined && other.id !== but
}

/** Prefixes are few, and compared here: what lies below one is `coversPath`'s to say. */
async function withAccessTo(
  session: Session,
  { id, organization, name }: Parameters<GroupReader['withAccessTo']>[0],
): ReturnType<GroupReader['withAccessTo']> {
  const rows = await session.all(
    session.query
      .selectFrom('group_permission')
      .innerJoin('member_group', 'member_group.id', 'group_permission.group_id')
      .selectAll('group_permission')
      .select(['organization_id', 'name', 'description', 'created_at'])
      .where('organization_id', '=', organization)
      .where(({ or, eb }) => or([eb('repository_id', '=', id), eb('repository_id', 'is', null)]))
      .orderBy('name')
      .orderBy('label'),
  )
  return rows
    .map((row) => ({ group: groupOf({ ...row, id: row.group_id }), permission: permissionOf(row) }))
    .filter(({ permission: { pattern } }) => pattern.type === 'repository' || coversPath(pattern, name))
}

function groupOf(row: Row): GroupRecord {
  return {
    id: row.id,
    organization: row.organization_id,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
  }
}

export function permissionOf(
  row: Pick<PermissionRow, 'group_id' | 'pattern' | 'permission' | 'label'>,
): GroupPermissionRecord {
  return {
    group: row.group_id,
    pattern: parseJson<GroupGrant['pattern']>(row.pattern),
    permission: row.permission,
    label: row.label,
  }
}

import type { UserId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { newId } from '../id.ts'
import type { NewUser, UserReader, UserRecord, Users } from '../port/accounts.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { isAccountNameTaken, takeAccountName } from './account-name.ts'
import { flag } from './locks.ts'
import { pageOf } from './page-of.ts'

type Row = Omit<Selectable<Tables['user_account']>, 'password_hash'>

const COLUMNS = [
  'id',
  'name',
  'email',
  'display_name',
  'installation_administrator',
  'pinned_organization_id',
  'status',
  'version',
  'created_at',
] as const

export function userReader(session: Session): UserReader {
  const { query } = session
  const users = () => query.selectFrom('user_account').select(COLUMNS)
  return {
    async byId(id) {
      const row = await session.first(users().where('id', '=', id))
      return row === undefined ? undefined : userOf(row)
    },
    async byName(name) {
      const row = await session.first(users().where('name', '=', name))
      return row === undefined ? undefined : userOf(row)
    },
    async passwordHash(id) {
      const row = await session.first(
        query.selectFrom('user_account').select('password_hash').where('id', '=', id),
      )
      return row?.password_hash ?? undefined
    },
    async list({ last, limit }) {
      const after = last === undefined ? users() : users().where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, userOf)
    },
    async count() {
      const row = await session.first(
        query.selectFrom('user_account').select(({ fn }) => fn.countAll<number>().as('n')),
      )
      return row?.n ?? 0
    },
  }
}

export function users(session: TransactionSession): Users {
  const { query } = session
  return {
    ...userReader(session),
    create: (user) => createUser(session, user),

    async update(id, fields) {
      const row = await session.first(
        query
          .updateTable('user_account')
          .set((row) => ({
            version: row('version', '+', 1),
            ...(fields.email === undefined ? {} : { email: fields.email }),
            ...(fields.displayName === undefined ? {} : { display_name: fields.displayName }),
            ...(fields.installationAdministrator === undefined
              ? {}
              : { installation_administrator: flag(fields.installationAdministrator) }),
            ...(fields.pinnedOrganization === undefined
              ? {}
              : { pinned_organization_id: fields.pinnedOrganization }),
            ...(fields.status === undefined ? {} : { status: fields.status }),
          }))
          .where('id', '=', id)
          .returning(COLUMNS),
      )
      if (row === undefined) return undefined
      session.announce(`user:${id}`)
      return userOf(row)
    },

    async setPassword(id, passwordHash) {
      const set = await session.run(
        query
          .updateTable('user_account')
          .set((row) => ({ version: row('version', '+', 1), password_hash: passwordHash ?? null }))
          .where('id', '=', id),
      )
      if (set === 1) session.announce(`user:${id}`)
      return set === 1
    },

    async delete(id) {
      const held = await session.all(query.selectFrom('credential').select('id').where('user_id', '=', id))
      const gone = await session.first(
        query.deleteFrom('user_account').where('id', '=', id).returning('name'),
      )
      if (gone === undefined) return false
      session.announce(`user:${id}`, `memberships:${id}`, `account:${gone.name}`)
      for (const credential of held) session.announce(`credential:${credential.id}`)
      return true
    },
  }
}

async function createUser(session: TransactionSession, user: NewUser): Promise<UserRecord | undefined> {
  const { query } = session
  const id = newId<UserId>(session.now())
  if (await isAccountNameTaken(session, user.name)) return undefined
  const row = await session.first(
    query
      .insertInto('user_account')
      .values({
        id,
        name: user.name,
        email: user.email ?? null,
        display_name: user.displayName ?? user.name,
        password_hash: user.passwordHash ?? null,
        installation_administrator: flag(user.installationAdministrator ?? false),
        pinned_organization_id: null,
        status: 'active',
        version: 1,
        created_at: session.now(),
      })
      // Another may have taken it since: then there is nothing to return.
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning(COLUMNS),
  )
  if (row === undefined) return undefined
  if (!(await takeAccountName(session, user.name, { type: 'user', id }))) {
    await session.run(query.deleteFrom('user_account').where('id', '=', id))
    return undefined
  }
  session.announce(`user:${id}`, `account:${user.name}`)
  return userOf(row)
}

export function userOf(row: Row): UserRecord {
  return {
    id: row.id,
    name: row.name,
    email: row.email ?? undefined,
    displayName: row.display_name,
    installationAdministrator: row.installation_administrator === 1,
    pinnedOrganization: row.pinned_organization_id ?? undefined,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
  }
}

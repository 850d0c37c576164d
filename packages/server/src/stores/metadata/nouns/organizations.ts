import type { AccountName, OrganizationId } from '@wharden/policy'
import { sql, type Selectable } from 'kysely'
import { canonicalJson, parseJson } from '../canonical-json.ts'
import { newId } from '../id.ts'
import type {
  NewOrganization,
  OrganizationReader,
  OrganizationRecord,
  Organizations,
} from '../port/accounts.ts'
import type { TransactionSession, Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { isAccountNameTaken, takeAccountName } from './account-name.ts'
import { leaveBehind } from './left-behind.ts'
import { INSTALLATION } from './installation-tenant.ts'
import { pageOf } from './page-of.ts'
import { createSystemScopeMaps } from './system-scope-maps.ts'

type Row = Selectable<Tables['organization']>

export function organizationReader(session: Session): OrganizationReader {
  const { query } = session
  return {
    async byId(id) {
      const [row] = await session.hot<Row>('SELECT * FROM organization WHERE id = ?', id)
      return row === undefined || row.id === INSTALLATION ? undefined : organizationOf(row)
    },
    async byName(name) {
      const [row] = await session.hot<Row>('SELECT * FROM organization WHERE name = ?', name)
      return row === undefined || row.id === INSTALLATION ? undefined : organizationOf(row)
    },
    async list({ last, limit }) {
      const all = query.selectFrom('organization').selectAll().where('id', '<>', INSTALLATION)
      const after = last === undefined ? all : all.where('name', '>', last)
      return pageOf(await session.all(after.orderBy('name').limit(limit + 1)), limit, organizationOf)
    },
  }
}

export function organizations(session: TransactionSession): Organizations {
  const { query } = session
  return {
    ...organizationReader(session),
    create: (organization) => createOrganization(session, organization),

    async update(id, { displayName, plan, settings }) {
      const set = {
        ...(displayName === undefined ? {} : { display_name: displayName }),
        ...(plan === undefined ? {} : { plan }),
        ...(settings === undefined ? {} : { settings: canonicalJson(settings) }),
        // Keeps the statement one where nothing was named: its own id.
        id,
      }
      const row = await session.first(
        query
          .updateTable('organization')
          .set(set)
          .where('id', '=', id)
          .where('id', '<>', INSTALLATION)
          .returningAll(),
      )
      if (row === undefined) return undefined
      session.announce(`organization:${id}`)
      return organizationOf(row)
    },

    async delete(id) {
      if (id === INSTALLATION) return false
      const found = await session.first(query.selectFrom('organization').selectAll().where('id', '=', id))
      if (found === undefined) return false
      await announceWhatItHolds(session, id)
      // So that no repository is made in it any more; see `leaveBehind`.
      await session.run(
        query
          .updateTable('organization')
          .set({ name: sql<AccountName>`id` })
          .where('id', '=', id),
      )
      await leaveBehind(session, (repository) => repository('organization_id', '=', id))
      await session.run(query.deleteFrom('organization').where('id', '=', id))
      session.announce(`organization:${id}`, `account:${found.name}`, `policies:${id}`)
      return true
    },
  }
}

async function createOrganization(
  session: TransactionSession,
  organization: NewOrganization,
): Promise<OrganizationRecord | undefined> {
  const id = newId<OrganizationId>(session.now())
  if (await isAccountNameTaken(session, organization.name)) return undefined
  const row = await session.first(
    session.query
      .insertInto('organization')
      .values({
        id,
        name: organization.name,
        display_name: organization.displayName ?? organization.name,
        plan: organization.plan ?? 'unlimited',
        settings: canonicalJson(organization.settings ?? {}),
        created_at: session.now(),
      })
      // Another may have taken it since: then there is nothing to return.
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returningAll(),
  )
  if (row === undefined) return undefined
  if (!(await takeAccountName(session, organization.name, { type: 'organization', id }))) {
    await session.run(session.query.deleteFrom('organization').where('id', '=', id))
    return undefined
  }
  await createSystemScopeMaps(session, id)
  session.announce(`organization:${id}`, `account:${organization.name}`)
  return organizationOf(row)
}

/** Whoever keeps a credential, a map or a repository of it must hear that it is gone. */
async function announceWhatItHolds(session: TransactionSession, id: OrganizationId): Promise<void> {
  const { query } = session
  const idsIn = (table: 'credential' | 'scope_map' | 'repository') =>
    session.all(query.selectFrom(table).select('id').where('organization_id', '=', id))
  const members = await session.all(
    query.selectFrom('membership').select('user_id').where('organization_id', '=', id),
  )
  const pinned = await session.all(
    query.selectFrom('user_account').select('id').where('pinned_organization_id', '=', id),
  )
  for (const row of await idsIn('credential')) session.announce(`credential:${row.id}`)
  for (const row of await idsIn('scope_map')) session.announce(`scope-map:${row.id}`)
  for (const row of await idsIn('repository')) session.announce(`repository:${row.id}`)
  for (const row of pinned) session.announce(`user:${row.id}`)
  const owners = await session.all(
    query
      .selectFrom('company_owner')
      .innerJoin('organization', 'organization.company_id', 'company_owner.company_id')
      .select('user_id')
      .where('organization.id', '=', id),
  )
  for (const row of [...members, ...owners]) session.announce(`memberships:${row.user_id}`)
}

export function organizationOf(row: Row): OrganizationRecord {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    plan: row.plan,
    version: row.version,
    settings: parseJson(row.settings),
    company: row.company_id ?? undefined,
    createdAt: row.created_at,
  }
}

import type { RepositoryName } from '@wharden/oci'
import type { OrganizationId, RepositoryId } from '@wharden/policy'
import type { UpdateObject } from 'kysely'
import { newId } from '../id.ts'
import type {
  Repositories,
  RepositoryActivation,
  RepositoryReader,
  RepositoryRecord,
} from '../port/repositories.ts'
import type { TransactionSession, Session } from '../session.ts'
import { StoreError } from '../store-error.ts'
import type { Tables } from '../tables.ts'
import { leaveBehind } from './left-behind.ts'
import { lockColumns } from './locks.ts'
import { pageOf } from './page-of.ts'
import { repositoryOf, type RepositoryRow } from './repository-row.ts'
import { reserveRepositories } from './reserve-repositories.ts'
import { findUndeletable } from './undeletable.ts'
import { listVisible, rangeOf } from './visible-repositories.ts'

const BY_NAME = 'SELECT * FROM repository WHERE organization_id = ? AND name = ?'
const BY_ID = 'SELECT * FROM repository WHERE id = ?'

const CONTENTS = `SELECT
    (SELECT COUNT(*) FROM manifest WHERE repository_id = ?) AS manifests,
    (SELECT COUNT(*) FROM tag WHERE repository_id = ?) AS tags,
    (SELECT MAX(pushed_at) FROM manifest WHERE repository_id = ?) AS pushed_at,
    (SELECT MAX(updated_at) FROM tag WHERE repository_id = ?) AS moved_at`

type ContentsRow = {
  readonly manifests: number
  readonly tags: number
  readonly pushed_at: number | null
  readonly moved_at: number | null
}

export function repositoryReader(session: Session): RepositoryReader {
  const { query } = session
  return {
    async byId(id) {
      const [row] = await session.hot<RepositoryRow>(BY_ID, id)
      return row === undefined ? undefined : repositoryOf(row)
    },
    async byName(organization, name) {
      const [row] = await session.hot<RepositoryRow>(BY_NAME, organization, name)
      return row === undefined ? undefined : repositoryOf(row)
    },
    async byIds(ids) {
      if (ids.length === 0) return []
      return (await session.all(query.selectFrom('repository').selectAll().where('id', 'in', ids))).map(
        repositoryOf,
      )
    },
    async list(organization, visible, { last, limit }) {
      const prefix = `${await organizationName(session, organization)}/`
      const { to } = rangeOf(prefix)
      const after = prefix + (last ?? '')
      const rows = await listVisible(session, { visible, after, before: to, limit: limit + 1 })
      return pageOf(rows, limit, repositoryOf)
    },
    async catalog(visible, { last, limit }) {
      const rows = await listVisible(session, {
        visible,
        after: last ?? '',
        before: undefined,
        limit: limit + 1,
      })
      return pageOf(rows, limit, (row) => ({ fullName: row.full_name, repository: repositoryOf(row) }))
    },
    async count(organization) {
      const row = await session.first(
        query
          .selectFrom('repository')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .where('organization_id', '=', organization)
          .where('state', '=', 'live'),
      )
      return row?.n ?? 0
    },
    async contents(id) {
      const [row] = await session.hot<ContentsRow>(CONTENTS, id, id, id, id)
      const { manifests = 0, tags = 0, pushed_at = null, moved_at = null } = row ?? {}
      const last = Math.max(pushed_at ?? 0, moved_at ?? 0)
      return { manifests, tags, updatedAt: last === 0 ? undefined : last }
    },
    undeletable: (id, part) => findUndeletable(session, id, part),
  }
}

/** A push may bring a repository to life, and goes by its locks. */
export function repositoryActivation(session: TransactionSession): RepositoryActivation {
  return {
    async activate(organization, name, { visibility } = {}) {
      const inserted = await insertRepository(session, organization, name, { visibility })
      const made = inserted ?? (await awaken(session, organization, name, visibility))
      if (made !== undefined) announce(session, made)
      const row = made ?? (await session.hot<RepositoryRow>(BY_NAME, organization, name))[0]
      if (row === undefined) throw gone(name)
      return { repository: repositoryOf(row), created: made !== undefined }
    },
    async hold(id) {
      const [row] = await session.hot<RepositoryRow>(`${BY_ID} ${session.forShare}`, id)
      return row === undefined ? undefined : repositoryOf(row)
    },
  }
}

export function repositories(session: TransactionSession): Repositories {
  const { query } = session

  async function update(
    id: RepositoryId,
    fields: UpdateObject<Tables, 'repository'>,
  ): Promise<RepositoryRecord | undefined> {
    const set = { ...fields, updated_at: session.now() }
    const row = await session.first(
      query.updateTable('repository').set(set).where('id', '=', id).returningAll(),
    )
    if (row === undefined) return undefined
    announce(session, row)
    return repositoryOf(row)
  }

  async function reserve(organization: OrganizationId, names: readonly RepositoryName[]) {
    if (names.length === 0) return new Map<RepositoryName, RepositoryId>()
    return reserveRepositories(session, organization, await organizationName(session, organization), names)
  }

  return {
    ...repositoryReader(session),
    ...repositoryActivation(session),

    async create({ organization, name, visibility, description }) {
      const inserted = await insertRepository(session, organization, name, { visibility, description })
      const row = inserted ?? (await awaken(session, organization, name, visibility, description))
      if (row === undefined) return undefined
      announce(session, row)
      return repositoryOf(row)
    },

    async resolveOrReserve(organization, name) {
      const id = (await reserve(organization, [name])).get(name)
      const [row] = id === undefined ? [] : await session.hot<RepositoryRow>(BY_ID, id)
      if (row === undefined) throw gone(name)
      return repositoryOf(row)
    },
    reserve,

    setVisibility: (id, visibility) => update(id, { visibility }),
    setDescription: (id, description) => update(id, { description }),
    setLocks: (id, locks) => update(id, lockColumns(locks)),

    async delete(id) {
      const [row] = await session.hot<RepositoryRow>(BY_ID, id)
      if (row === undefined) return false
      await leaveBehind(session, (repository) => repository('id', '=', id))
      const gone = await session.run(query.deleteFrom('repository').where('id', '=', id))
      if (gone === 0) return false
      announce(session, row)
      return true
    },
  }
}

function announce(session: TransactionSession, row: RepositoryRow): void {
  session.announce(`repository:${row.id}`, `repository-name:${row.organization_id}/${row.name}`)
}

type NewFields = {
  readonly visibility?: 'public' | 'private' | undefined
  readonly description?: string | undefined
}

async function insertRepository(
  session: Session,
  organization: OrganizationId,
  name: RepositoryName,
  { visibility = 'private', description = '' }: NewFields,
): Promise<RepositoryRow | undefined> {
  const now = session.now()
  return session.first(
    session.query
      .insertInto('repository')
      .values({
        id: newId(now),
        organization_id: organization,
        name,
        full_name: `${await organizationName(session, organization)}/${name}`,
        state: 'live',
        visibility,
        description,
        created_at: now,
        updated_at: now,
      })
      // Any conflict: of two at once PostgreSQL may notice the full name's index first.
      .onConflict((conflict) => conflict.doNothing())
      .returningAll(),
  )
}

/** The reserved repository of this name, now live. */
async function awaken(
  session: Session,
  organization: OrganizationId,
  name: RepositoryName,
  visibility: 'public' | 'private' | undefined,
  description?: string,
): Promise<RepositoryRow | undefined> {
  const now = session.now()
  return session.first(
    session.query
      .updateTable('repository')
      .set({
        state: 'live',
        created_at: now,
        updated_at: now,
        ...(visibility === undefined ? {} : { visibility }),
        ...(description === undefined ? {} : { description }),
      })
      .where('organization_id', '=', organization)
      .where('name', '=', name)
      .where('state', '=', 'reserved')
      .returningAll(),
  )
}

async function organizationName(session: Session, id: OrganizationId): Promise<string> {
  const [row] = await session.hot<{ readonly name: string }>('SELECT name FROM organization WHERE id = ?', id)
  if (row === undefined) throw gone(id)
  return row.name
}

function gone(what: string): StoreError {
  return new StoreError('conflict', `\`${what}\` went away meanwhile: try again`)
}

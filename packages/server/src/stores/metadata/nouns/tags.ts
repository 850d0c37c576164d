import type { Digest, Tag } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { sql, type Selectable } from 'kysely'
import type { TagReader, TagRecord, Tags } from '../port/manifests.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { after } from './after.ts'
import { LOCK_COLUMNS, lockColumns, locksOf } from './locks.ts'
import { pageOf } from './page-of.ts'

export type TagRow = Selectable<Tables['tag']>

export function tagReader(session: Session): TagReader {
  const { query } = session
  const inRepository = (repository: RepositoryId) =>
    query.selectFrom('tag').selectAll().where('repository_id', '=', repository)
  return {
    async find(repository, name) {
      const row = await session.first(inRepository(repository).where('name', '=', name))
      return row === undefined ? undefined : tagOf(row)
    },
    async list(repository, { last, limit, includeUnlisted = false, digest }) {
      let found = inRepository(repository)
      if (!includeUnlisted) found = found.where('list_enabled', '=', 1)
      if (digest !== undefined) found = found.where('digest', '=', digest)
      // `last` is what a client sent: any text, not only a tag.
      if (last !== undefined) found = found.where(sql<string>`name`, '>', last)
      return pageOf(await session.all(found.orderBy('name').limit(limit + 1)), limit, tagOf)
    },
    async listByTime(repository, { last, limit, newestFirst, digest }) {
      let found = inRepository(repository).where('list_enabled', '=', 1)
      if (digest !== undefined) found = found.where('digest', '=', digest)
      if (last !== undefined) found = found.where(after(sql`(updated_at, name)`, last, newestFirst))
      const direction = newestFirst ? 'desc' : 'asc'
      const ordered = found.orderBy('updated_at', direction).orderBy('name', direction)
      return pageOf(await session.all(ordered.limit(limit + 1)), limit, tagOf)
    },
  }
}

export function tags(session: Session): Tags {
  const { query } = session
  return {
    ...tagReader(session),
    async put(repository, name, digest) {
      const known = await session.first(
        query
          .selectFrom('manifest')
          .select('digest')
          .where('repository_id', '=', repository)
          .where('digest', '=', digest),
      )
      if (known === undefined) return false
      await pointTag(session, repository, name, digest)
      return true
    },
    async delete(repository, name) {
      const gone = await session.run(
        query.deleteFrom('tag').where('repository_id', '=', repository).where('name', '=', name),
      )
      return gone === 1
    },
    async setLocks(repository, name, locks) {
      const set = await session.run(
        query
          .updateTable('tag')
          .set({ ...lockColumns(locks), name })
          .where('repository_id', '=', repository)
          .where('name', '=', name),
      )
      return set === 1
    },
    async holdLocks(repository, name) {
      // Written as it is: what reads a row leaves others free to change it, and the databases share no other word for it.
      const row = await session.first(
        query
          .updateTable('tag')
          .set({ name })
          .where('repository_id', '=', repository)
          .where('name', '=', name)
          .returning(LOCK_COLUMNS),
      )
      return row === undefined ? undefined : { name, locks: locksOf(row) }
    },
  }
}

/** @returns what it pointed at before, if that was something else */
export async function pointTag(
  session: Session,
  repository: RepositoryId,
  name: Tag,
  digest: Digest,
): Promise<Digest | undefined> {
  const { query } = session
  const before = await session.first(
    query.selectFrom('tag').select('digest').where('repository_id', '=', repository).where('name', '=', name),
  )
  const now = session.now()
  await session.run(
    query
      .insertInto('tag')
      .values({ repository_id: repository, name, digest, created_at: now, updated_at: now })
      .onConflict((conflict) =>
        conflict.columns(['repository_id', 'name']).doUpdateSet({ digest, updated_at: now }),
      ),
  )
  return before === undefined || before.digest === digest ? undefined : before.digest
}

export function tagOf(row: TagRow): TagRecord {
  return {
    repository: row.repository_id,
    name: row.name,
    digest: row.digest,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    locks: locksOf(row),
  }
}

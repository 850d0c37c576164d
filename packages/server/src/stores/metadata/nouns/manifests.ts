import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { sql, type Selectable } from 'kysely'
import { parseJson } from '../canonical-json.ts'
import type { ManifestReader, ManifestRecord, ManifestSummary, Manifests } from '../port/manifests.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { after } from './after.ts'
import { LOCK_COLUMNS, lockColumns, locksOf } from './locks.ts'
import { pageOf } from './page-of.ts'
import { deleteManifest } from './delete-manifest.ts'
import { putManifest } from './put-manifest.ts'
import { sizesOf } from './sizes-of.ts'
import { tagOf, type TagRow } from './tags.ts'

type Row = Selectable<Tables['manifest']>
type SummaryRow = Omit<Row, 'body'>

const SUMMARY = [
  'repository_id',
  'digest',
  'media_type',
  'artifact_type',
  'config_media_type',
  'subject_digest',
  'annotations',
  'size',
  'pushed_at',
  'delete_enabled',
  'write_enabled',
  'read_enabled',
  'list_enabled',
] as const

const BY_DIGEST = 'SELECT * FROM manifest WHERE repository_id = ? AND digest = ?'

// The tag's own columns under names of their own: both tables have locks.
const BY_TAG = `SELECT m.*, t.name AS tag_name, t.created_at AS tag_created_at, t.updated_at AS tag_updated_at,
    t.delete_enabled AS tag_delete, t.write_enabled AS tag_write, t.read_enabled AS tag_read, t.list_enabled AS tag_list
  FROM tag t JOIN manifest m ON m.repository_id = t.repository_id AND m.digest = t.digest
  WHERE t.repository_id = ? AND t.name = ?`

type TaggedRow = Row & {
  readonly tag_name: TagRow['name']
  readonly tag_created_at: number
  readonly tag_updated_at: number
  readonly tag_delete: number
  readonly tag_write: number
  readonly tag_read: number
  readonly tag_list: number
}

export function manifestReader(session: Session): ManifestReader {
  const { query } = session
  const inRepository = (repository: RepositoryId) =>
    query.selectFrom('manifest').select(SUMMARY).where('repository_id', '=', repository)
  return {
    async byTag(repository, tag) {
      const [row] = await session.hot<TaggedRow>(BY_TAG, repository, tag)
      return row === undefined ? undefined : { tag: tagOf(tagRowOf(row)), manifest: manifestOf(row) }
    },
    async byDigest(repository, digest) {
      const [row] = await session.hot<Row>(BY_DIGEST, repository, digest)
      return row === undefined ? undefined : manifestOf(row)
    },
    async list(repository, { last, limit, includeUnlisted = false }) {
      let found = inRepository(repository)
      if (!includeUnlisted) found = found.where('list_enabled', '=', 1)
      if (last !== undefined) found = found.where(sql<string>`digest`, '>', last)
      return pageOf(await session.all(found.orderBy('digest').limit(limit + 1)), limit, summaryOf)
    },
    async listByTime(repository, { last, limit, newestFirst }) {
      let found = inRepository(repository).where('list_enabled', '=', 1)
      if (last !== undefined) found = found.where(after(sql`(pushed_at, digest)`, last, newestFirst))
      const direction = newestFirst ? 'desc' : 'asc'
      const ordered = found.orderBy('pushed_at', direction).orderBy('digest', direction)
      return pageOf(await session.all(ordered.limit(limit + 1)), limit, summaryOf)
    },
    async referrers(repository, subject, { last, limit, artifactType }) {
      let found = inRepository(repository).where('subject_digest', '=', subject).where('list_enabled', '=', 1)
      if (last !== undefined) found = found.where(sql<string>`digest`, '>', last)
      if (artifactType !== undefined)
        found = found.where(({ fn }) => fn.coalesce('artifact_type', 'config_media_type'), '=', artifactType)
      return pageOf(await session.all(found.orderBy('digest').limit(limit + 1)), limit, summaryOf)
    },
    sizesOf: (repository, digests) => sizesOf(session, repository, digests),
    async tagsOf(repository, digests) {
      if (digests.length === 0) return []
      const rows = await session.all(
        query
          .selectFrom('tag')
          .selectAll()
          .where('repository_id', '=', repository)
          .where('digest', 'in', digests)
          .where('list_enabled', '=', 1)
          .orderBy('name'),
      )
      return rows.map(tagOf)
    },
  }
}

export function manifests(session: Session): Manifests {
  const { query } = session
  return {
    ...manifestReader(session),
    put: (manifest) => putManifest(session, manifest),
    delete: (repository, digest) => deleteManifest(session, repository, digest),
    async setLocks(repository: RepositoryId, digest: Digest, locks) {
      const set = await session.run(
        query
          .updateTable('manifest')
          .set({ ...lockColumns(locks), digest })
          .where('repository_id', '=', repository)
          .where('digest', '=', digest),
      )
      return set === 1
    },
    async holdLocks(repository, digest) {
      // As with tags: written as they are, which holds them.
      const tags = await session.all(
        query
          .updateTable('tag')
          .set({ digest })
          .where('repository_id', '=', repository)
          .where('digest', '=', digest)
          .returning(['name', ...LOCK_COLUMNS]),
      )
      const manifest = await session.first(
        query
          .updateTable('manifest')
          .set({ digest })
          .where('repository_id', '=', repository)
          .where('digest', '=', digest)
          .returning(LOCK_COLUMNS),
      )
      return {
        manifest: manifest && locksOf(manifest),
        tags: tags.map((tag) => ({ name: tag.name, locks: locksOf(tag) })),
      }
    },
  }
}

function tagRowOf(row: TaggedRow): TagRow {
  return {
    repository_id: row.repository_id,
    name: row.tag_name,
    digest: row.digest,
    created_at: row.tag_created_at,
    updated_at: row.tag_updated_at,
    delete_enabled: row.tag_delete,
    write_enabled: row.tag_write,
    read_enabled: row.tag_read,
    list_enabled: row.tag_list,
  }
}

function manifestOf(row: Row): ManifestRecord {
  return { ...summaryOf(row), body: row.body }
}

function summaryOf(row: SummaryRow): ManifestSummary {
  return {
    repository: row.repository_id,
    digest: row.digest,
    mediaType: row.media_type,
    artifactType: row.artifact_type ?? undefined,
    configMediaType: row.config_media_type ?? undefined,
    subject: row.subject_digest ?? undefined,
    annotations: parseJson<ManifestSummary['annotations']>(row.annotations),
    size: row.size,
    pushedAt: row.pushed_at,
    locks: locksOf(row),
  }
}

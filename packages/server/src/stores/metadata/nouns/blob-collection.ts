/**
 * Garbage collection of blobs: links that no manifest needs go, then blobs that no repository links.
 *
 * Neither looks at everything. Whoever takes a reason away (deletes a manifest, a link, a repository) writes the time to the
 * row, without asking whether another reason is left; the collector finds the row by that time, asks, and takes the time
 * away again where there is one. So a run costs what lost a reason since the last one, not what is stored.
 *
 * It asks only of rows it holds, in a statement of its own: PostgreSQL would answer a row that it had to wait for by what it
 * saw of other tables before it waited. Rows are held blob first, then link, as pushes do: or they would wait for each other.
 */
import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { sql, type ExpressionBuilder } from 'kysely'
import type { Blobs, CollectionStep } from '../port/bytes.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { discardKeys } from './left-behind.ts'

/** A blob's time once it was found linked: it is not looked at again until somebody unlinks it. */
export const LINKED = Number.MAX_SAFE_INTEGER

const NOTHING: CollectionStep = { looked: 0, found: 0, bytes: 0 }

export function blobCollection(
  session: Session,
): Pick<Blobs, 'dropIdleLinks' | 'markUnlinked' | 'forgetMarked'> {
  const { query } = session

  return {
    async dropIdleLinks({ touchedBefore, limit }) {
      const chosen = await session.all(
        query
          .selectFrom('blob_link')
          .select(['repository_id', 'digest'])
          .where('touched_at', '<', touchedBefore)
          .orderBy('touched_at')
          .limit(limit),
      )
      if (chosen.length === 0) return NOTHING
      await touchBlobs(session, chosen)
      const held = await session.all(
        query
          .updateTable('blob_link')
          .set(({ ref }) => ({ touched_at: ref('touched_at') }))
          .where(among(chosen))
          .where('touched_at', '<', touchedBefore)
          .returning(['repository_id', 'digest']),
      )
      if (held.length === 0) return { ...NOTHING, looked: chosen.length }
      await session.run(
        query.updateTable('blob_link').set({ touched_at: null }).where(among(held)).where(isNeeded),
      )
      const found = await session.run(
        query.deleteFrom('blob_link').where(among(held)).where('touched_at', 'is not', null),
      )
      return { looked: chosen.length, found, bytes: 0 }
    },

    async markUnlinked({ touchedBefore, limit }) {
      const idle = query
        .selectFrom('blob')
        .select('digest')
        .where('marked_at', 'is', null)
        .where('touched_at', '<', touchedBefore)
        .orderBy('touched_at')
        .limit(limit)
      const held = await session.all(
        query
          .updateTable('blob')
          .set(({ ref }) => ({ size: ref('size') }))
          .where('digest', 'in', idle)
          .where('marked_at', 'is', null)
          .where('touched_at', '<', touchedBefore)
          .returning(['digest', 'size']),
      )
      if (held.length === 0) return NOTHING
      const digests = held.map((row) => row.digest)
      await session.run(
        query.updateTable('blob').set({ touched_at: LINKED }).where('digest', 'in', digests).where(isLinked),
      )
      const marked = await session.all(
        query
          .updateTable('blob')
          .set({ marked_at: session.now() })
          .where('digest', 'in', digests)
          .where('touched_at', '<', LINKED)
          .returning('size'),
      )
      return { looked: held.length, found: marked.length, bytes: total(marked) }
    },

    /** A mark is proof: whoever links or publishes a blob takes it away, in the transaction that does so. */
    async forgetMarked({ markedBefore, limit }) {
      const marked = query
        .selectFrom('blob')
        .select('digest')
        .where('marked_at', '<', markedBefore)
        .orderBy('marked_at')
        .limit(limit)
      const gone = await session.all(
        query
          .deleteFrom('blob')
          .where('digest', 'in', marked)
          .where('marked_at', '<', markedBefore)
          .returning(['key', 'size']),
      )
      await discardKeys(
        session,
        gone.map((row) => row.key),
      )
      return { looked: gone.length, found: gone.length, bytes: total(gone) }
    },
  }
}

type Link = { readonly repository_id: RepositoryId; readonly digest: Digest }

/** Holds the blobs of these links. Those that lose their last one may be collected: their 24 hours begin. */
async function touchBlobs({ query, run, now }: Session, links: readonly Link[]): Promise<void> {
  await run(
    query
      .updateTable('blob')
      .set({ touched_at: now() })
      .where('digest', 'in', [...new Set(links.map(({ digest }) => digest))]),
  )
}

function among(links: readonly Link[]) {
  const rows = sql.join(links.map(({ repository_id, digest }) => sql`(${repository_id}, ${digest})`))
  return sql<boolean>`(repository_id, digest) IN (VALUES ${rows})`
}

/** A manifest of the same repository names it. */
function isNeeded({ exists, selectFrom }: ExpressionBuilder<Tables, 'blob_link'>) {
  return exists(
    selectFrom('manifest_reference')
      .select('child_digest')
      .whereRef('manifest_reference.repository_id', '=', 'blob_link.repository_id')
      .whereRef('child_digest', '=', 'blob_link.digest')
      .where('kind', '=', 'blob'),
  )
}

function isLinked({ exists, selectFrom }: ExpressionBuilder<Tables, 'blob'>) {
  return exists(selectFrom('blob_link').select('digest').whereRef('blob_link.digest', '=', 'blob.digest'))
}

function total(rows: readonly { readonly size: number }[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0)
}

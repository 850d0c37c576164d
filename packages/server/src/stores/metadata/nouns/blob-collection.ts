/**
 * Garbage collection of blobs, a few rows at a time so that nobody waits for it. Its conditions are repeated in the statement
 * that acts: a row that was touched or linked between the choice and the act stays (PostgreSQL looks at the row again after
 * having waited for it; SQLite has one writer).
 */
import type { Blobs } from '../port/bytes.ts'
import type { Session } from '../session.ts'
import { discardKeys } from './left-behind.ts'

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
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('manifest_reference')
                  .select('child_digest')
                  .whereRef('manifest_reference.repository_id', '=', 'blob_link.repository_id')
                  .whereRef('child_digest', '=', 'blob_link.digest'),
              ),
            ),
          )
          .orderBy('touched_at')
          .limit(limit),
      )
      let dropped = 0
      for (const { repository_id, digest } of chosen) {
        const gone = await session.run(
          query
            .deleteFrom('blob_link')
            .where('repository_id', '=', repository_id)
            .where('digest', '=', digest)
            .where('touched_at', '<', touchedBefore),
        )
        if (gone === 1) {
          dropped += 1
          await session.run(
            query.updateTable('blob').set({ touched_at: session.now() }).where('digest', '=', digest),
          )
        }
      }
      return dropped
    },

    markUnlinked: ({ touchedBefore, limit }) =>
      session.run(
        query
          .updateTable('blob')
          .set({ marked_at: session.now() })
          .where('touched_at', '<', touchedBefore)
          .where('marked_at', 'is', null)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('blob_link').select('digest').whereRef('blob_link.digest', '=', 'blob.digest'),
              ),
            ),
          )
          .where('digest', 'in', (choice) =>
            choice
              .selectFrom('blob as idle')
              .select('idle.digest')
              .where('idle.touched_at', '<', touchedBefore)
              .where('idle.marked_at', 'is', null)
              .where(({ not, exists, selectFrom }) =>
                not(
                  exists(
                    selectFrom('blob_link').select('digest').whereRef('blob_link.digest', '=', 'idle.digest'),
                  ),
                ),
              )
              .orderBy('idle.touched_at')
              .limit(limit),
          ),
      ),

    async forgetMarked({ markedBefore, limit }) {
      const gone = await session.all(
        query
          .deleteFrom('blob')
          .where('marked_at', '<', markedBefore)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('blob_link').select('digest').whereRef('blob_link.digest', '=', 'blob.digest'),
              ),
            ),
          )
          .where('digest', 'in', (choice) =>
            choice
              .selectFrom('blob as marked')
              .select('marked.digest')
              .where('marked.marked_at', '<', markedBefore)
              .orderBy('marked.marked_at')
              .limit(limit),
          )
          .returning('key'),
      )
      await discardKeys(
        session,
        gone.map((row) => row.key),
      )
      return gone.length
    },
  }
}

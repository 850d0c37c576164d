import { sql } from 'kysely'
import type { Invites } from '../port/invites.ts'
import type { Session } from '../session.ts'

/** What nobody answered ended when it expired, closed since or not. */
export function inviteEnds({ query, run }: Session): Pick<Invites, 'deleteEndedBefore'> {
  const endedAt = sql<number>`coalesce(closed_at, expires_at)`
  return {
    deleteEndedBefore: (at, limit) =>
      run(
        query
          .deleteFrom('invite')
          .where('id', 'in', (old) =>
            old.selectFrom('invite').select('id').where(endedAt, '<', at).limit(limit),
          )
          // Again, of the row itself: one may have been sent again at this moment.
          .where(endedAt, '<', at),
      ),
  }
}

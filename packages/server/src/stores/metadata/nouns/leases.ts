import { sql } from 'kysely'
import type { Leases } from '../port/installation.ts'
import type { Session } from '../session.ts'

export function leases(session: Session): Leases {
  const { query, databaseNow } = session
  return {
    async acquire(name, holder, milliseconds) {
      const held_until = sql<number>`${databaseNow()} + ${milliseconds}`
      const taken = await session.run(
        query
          .insertInto('job_lease')
          .values({ name, holder, held_until })
          .onConflict((conflict) =>
            conflict
              .column('name')
              .doUpdateSet({ holder, held_until })
              .where((row) =>
                row.or([
                  row('job_lease.holder', '=', holder),
                  row('job_lease.held_until', '<', databaseNow()),
                ]),
              ),
          ),
      )
      return taken === 1
    },
    async release(name, holder) {
      await session.run(query.deleteFrom('job_lease').where('name', '=', name).where('holder', '=', holder))
    },
    async keep(name, holder) {
      // Altered by nothing, but locked.
      const held = query
        .updateTable('job_lease')
        .set({ holder })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .where('held_until', '>=', databaseNow())
      return (await session.run(held)) === 1
    },
  }
}

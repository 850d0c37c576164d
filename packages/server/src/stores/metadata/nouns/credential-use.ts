import { sql } from 'kysely'
import type { CredentialUse } from '../port/credentials.ts'
import type { Session } from '../session.ts'

type Use = Parameters<CredentialUse['touchLastUsed']>[0][number]

/** PostgreSQL binds at most 65,535 values to a statement, SQLite 32,766. */
const USES_PER_STATEMENT = 1_000

export function credentialUse(session: Session): CredentialUse {
  return {
    async touchLastUsed(uses) {
      const latest = [...latestById(uses).values()]
      for (let start = 0; start < latest.length; start += USES_PER_STATEMENT) {
        await touch(session, latest.slice(start, start + USES_PER_STATEMENT))
      }
    },
  }
}

/** One statement for many rows; the order of ids keeps two nodes that do it at once from waiting for one another in a circle. */
async function touch(session: Session, uses: readonly Use[]): Promise<void> {
  const values = uses.map(
    ({ id, at, from }) => sql`(CAST(${id} AS text), CAST(${at} AS bigint), CAST(${from} AS text))`,
  )
  await session.run(
    session.query
      .with(
        'used(id, at, address)',
        () => sql<{ id: string; at: number; address: string }>`(VALUES ${sql.join(values)})`,
      )
      .updateTable('credential')
      .from('used')
      .set((row) => ({ last_used_at: row.ref('used.at'), last_used_from: row.ref('used.address') }))
      .whereRef('credential.id', '=', 'used.id')
      .where((row) =>
        row.or([row('last_used_at', 'is', null), row('last_used_at', '<', row.ref('used.at'))]),
      ),
  )
}

function latestById(uses: readonly Use[]): ReadonlyMap<string, Use> {
  const latest = new Map<string, Use>()
  for (const use of uses.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const known = latest.get(use.id)
    if (known === undefined || known.at < use.at) latest.set(use.id, use)
  }
  return latest
}

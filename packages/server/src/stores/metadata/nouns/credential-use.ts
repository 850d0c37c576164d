import type { CredentialUse } from '../port/credentials.ts'
import type { Session } from '../session.ts'
import { manyRows, runManyRows } from './many-rows.ts'

type Use = Parameters<CredentialUse['touchLastUsed']>[0][number]

/**
 * Each use looks its credential up. Compared with a bare column, SQLite would rather index the uses and look every
 * credential there is up among them: with a million, half a second of CPU each time. An expression can't be indexed.
 */
const TOUCH = manyRows(
  '(CAST(? AS text), CAST(? AS bigint), CAST(? AS text))',
  (uses) => `WITH used(id, at, address) AS (VALUES ${uses})
    UPDATE credential SET last_used_at = used.at, last_used_from = used.address FROM used
    WHERE credential.id = used.id || '' AND (last_used_at IS NULL OR last_used_at < used.at)`,
)

export function credentialUse(session: Session): CredentialUse {
  return {
    // The order of ids keeps two nodes that do it at once from waiting for one another in a circle; it is the rows', too.
    async touchLastUsed(uses) {
      const rows = latestById(uses).map(({ id, at, from }) => [id, at, from])
      await runManyRows(session, TOUCH, rows)
    },
  }
}

function latestById(uses: readonly Use[]): readonly Use[] {
  const latest = new Map<string, Use>()
  for (const use of uses.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const known = latest.get(use.id)
    if (known === undefined || known.at < use.at) latest.set(use.id, use)
  }
  return [...latest.values()]
}

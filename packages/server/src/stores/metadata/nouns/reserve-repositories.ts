import type { RepositoryName } from '@wharden/oci'
import type { OrganizationId, RepositoryId } from '@wharden/policy'
import { newId } from '../id.ts'
import type { TransactionSession } from '../session.ts'
import { StoreError } from '../store-error.ts'
import { manyRows, runManyRows } from './many-rows.ts'

type Found = { readonly id: RepositoryId; readonly name: RepositoryName }

const BY_NAMES = manyRows(
  '?',
  (names) => `SELECT id, name FROM repository WHERE organization_id = ? AND name IN (${names})`,
)

/** Any conflict: of two at once PostgreSQL may notice the full name's index first. */
const RESERVE = manyRows(
  "(?, ?, ?, ?, 'reserved', 'private', '', ?, ?)",
  (rows) =>
    `INSERT INTO repository (id, organization_id, name, full_name, state, visibility, description, created_at, updated_at)
    VALUES ${rows} ON CONFLICT DO NOTHING RETURNING id, name`,
)

/**
 * The ids that names have or will have: a few statements, however many names. Those that are reserved now are announced by
 * name; by an id that nobody has seen, nobody can have remembered anything.
 */
export async function reserveRepositories(
  session: TransactionSession,
  organization: OrganizationId,
  account: string,
  names: readonly RepositoryName[],
): Promise<ReadonlyMap<RepositoryName, RepositoryId>> {
  const ids = new Map<RepositoryName, RepositoryId>()
  const lacking = () => [...new Set(names)].filter((name) => !ids.has(name))
  const keep = (rows: readonly Found[]) => rows.forEach(({ id, name }) => ids.set(name, id))
  const find = async () =>
    keep(
      await runManyRows<Found>(
        session,
        BY_NAMES,
        lacking().map((name) => [name]),
        { before: [organization] },
      ),
    )
  await find()
  const now = session.now()
  const reserved = await runManyRows<Found>(
    session,
    RESERVE,
    lacking().map((name) => [newId(now), organization, name, `${account}/${name}`, now, now]),
  )
  keep(reserved)
  session.announce(...reserved.map(({ name }) => `repository-name:${organization}/${name}` as const))
  // Those that a push has made meanwhile.
  await find()
  const [gone] = lacking()
  if (gone !== undefined) throw new StoreError('conflict', `\`${gone}\` went away meanwhile: try again`)
  return ids
}

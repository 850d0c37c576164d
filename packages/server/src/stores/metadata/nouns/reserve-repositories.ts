import type { RepositoryName } from '@wharden/oci'
import type { OrganizationId, RepositoryId } from '@wharden/policy'
import { newId } from '../id.ts'
import type { TransactionSession } from '../session.ts'
import { StoreError } from '../store-error.ts'
import { manyRows, runManyRows } from './many-rows.ts'

type Found = { readonly id: RepositoryId; readonly name: RepositoryName }

const NAMES_PER_STATEMENT = 1_000

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
  const find = async () => keep(await findByName(session, organization, lacking()))
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

/** Planned anew each time: PostgreSQL would keep reading the whole table, as it did when that was small. */
async function findByName(
  { query, all }: TransactionSession,
  organization: OrganizationId,
  names: readonly RepositoryName[],
): Promise<readonly Found[]> {
  const found: Found[] = []
  for (let start = 0; start < names.length; start += NAMES_PER_STATEMENT) {
    const some = names.slice(start, start + NAMES_PER_STATEMENT)
    const ours = query
      .selectFrom('repository')
      .select(['id', 'name'])
      .where('organization_id', '=', organization)
    found.push(...(await all(ours.where('name', 'in', some))))
  }
  return found
}

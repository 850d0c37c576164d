/**
 * Listing what may be seen, in byte order of `organization/name`, without reading what may not: what is visible is a set of
 * ranges of that one index, some single repositories, and the public ones (an index of their own). Ranges are walked in order
 * and only as far as the page reaches, so a page costs what it shows, not what exists.
 */
import type { OrganizationId, RepositoryId } from '@wharden/policy'
import type { SelectQueryBuilder } from 'kysely'
import type { VisibleFilter } from '../port/repositories.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import type { RepositoryRow } from './repository-row.ts'

export type ListQuery = {
  readonly visible: VisibleFilter
  /** `organization/name`, or a beginning of it that is less than all wanted. */
  readonly after: string
  /** Not included. */
  readonly before: string | undefined
  readonly limit: number
}

/** Names from `from` (included) to `to` (not included). */
type Range = { readonly from: string; readonly to: string }

type Rows = SelectQueryBuilder<Tables, 'repository', RepositoryRow>

const RANGES_PER_STATEMENT = 50
const IDS_PER_STATEMENT = 1_000

export async function listVisible(session: Session, query: ListQuery): Promise<readonly RepositoryRow[]> {
  const { visible, limit } = query
  if (visible.type === 'none') return []
  if (visible.type === 'all') return session.all(page(session, query))
  const found = [
    await inRanges(session, query, await rangesOf(session, visible.prefixes)),
    await ofIds(session, query, visible.repositories),
    visible.public ? await session.all(page(session, query).where('visibility', '=', 'public')) : [],
  ]
  const byName = new Map(found.flat().map((row) => [row.full_name, row]))
  return [...byName.values()].toSorted(inByteOrder).slice(0, limit)
}

function page(session: Session, { after, before, limit }: ListQuery): Rows {
  const shown = session.query
    .selectFrom('repository')
    .selectAll()
    .where('full_name', '>', after)
    .where('state', '=', 'live')
    .where('list_enabled', '=', 1)
    .orderBy('full_name')
    .limit(limit)
  return before === undefined ? shown : shown.where('full_name', '<', before)
}

async function inRanges(
  session: Session,
  query: ListQuery,
  ranges: readonly Range[],
): Promise<readonly RepositoryRow[]> {
  const rows: RepositoryRow[] = []
  const ahead = ranges.filter(({ to }) => to > query.after)
  for (let start = 0; start < ahead.length && rows.length < query.limit; start += RANGES_PER_STATEMENT) {
    const some = ahead.slice(start, start + RANGES_PER_STATEMENT)
    const found = page(session, query).where((row) =>
      row.or(some.map(({ from, to }) => row.and([row('full_name', '>=', from), row('full_name', '<', to)]))),
    )
    const [first, last] = [some[0], some.at(-1)]
    if (first === undefined || last === undefined) break
    // Keeps an engine that walks the index in order from walking past the ranges of this statement.
    rows.push(
      ...(await session.all(found.where('full_name', '>=', first.from).where('full_name', '<', last.to))),
    )
  }
  return rows
}

async function ofIds(
  session: Session,
  query: ListQuery,
  ids: readonly RepositoryId[],
): Promise<readonly RepositoryRow[]> {
  const rows: RepositoryRow[] = []
  for (let start = 0; start < ids.length; start += IDS_PER_STATEMENT) {
    rows.push(
      ...(await session.all(
        page(session, query).where('id', 'in', ids.slice(start, start + IDS_PER_STATEMENT)),
      )),
    )
  }
  return rows
}

/** Sorted, and none inside another, whatever came in. */
async function rangesOf(
  session: Session,
  prefixes: readonly { readonly organization: OrganizationId; readonly prefix: string }[],
): Promise<readonly Range[]> {
  if (prefixes.length === 0) return []
  const ids = [...new Set(prefixes.map(({ organization }) => organization))]
  const rows = await session.all(
    session.query.selectFrom('organization').select(['id', 'name']).where('id', 'in', ids),
  )
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  const ranges = prefixes.flatMap(({ organization, prefix }) => {
    const name = names.get(organization)
    return name === undefined ? [] : [rangeOf(`${name}/${prefix}`)]
  })
  const disjoint: Range[] = []
  for (const range of ranges.toSorted((one, other) => compare(one.from, other.from))) {
    const last = disjoint.at(-1)
    if (last === undefined || range.to > last.to) disjoint.push(range)
  }
  return disjoint
}

/** Every text that begins with the prefix, which ends in `/` as `organization/` and `organization/samples/` do. */
export function rangeOf(prefix: string): Range {
  const next = String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
  return { from: prefix, to: prefix.slice(0, -1) + next }
}

function inByteOrder(one: RepositoryRow, other: RepositoryRow): number {
  return compare(one.full_name, other.full_name)
}

/** Names are ASCII (distribution's grammar), where code units are bytes. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

import type { AccountName, OrganizationId } from '@wharden/policy'
import type { Caller } from '../../caller.ts'
import type { House } from '../../house.ts'
import { createNames, type Names } from '../log-names.ts'
import { requireLogOf } from '../tenant.ts'
import {
  activityView,
  refusalView,
  type ActivityType,
  type ActivityView,
  type Outcome,
} from './activity-view.ts'

export type ActivityFilter = {
  readonly organization?: AccountName | undefined
  readonly type?: ActivityType | undefined
  readonly outcome?: Outcome | undefined
  readonly principal?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** One line of either log: what happened is kept as rows, what was refused as counters. */
export type ActivityEntry = {
  /** Where to go on after it in its own log. */
  readonly cursor: string
  readonly from: 'activity' | 'refusals'
  readonly time: number
  readonly view: ActivityView
}

/** Where to go on in each of the two logs. */
export type Cursors = { activity: string | undefined; refusals: string | undefined }

const AT_ONCE = 200

/**
 * Two logs, each newest first already, merged, down to the time asked for.
 * @throws {AppError} `not-found`, `denied`
 */
export async function entriesOf(
  house: House,
  caller: Caller,
  { organization, since }: ActivityFilter,
  after: Cursors,
): Promise<AsyncGenerator<ActivityEntry, void>> {
  const tenant = await requireLogOf(house, caller, organization, 'activity/read')
  const of = organization === undefined ? undefined : tenant
  const names = createNames(house)
  const sources = [
    activityOf(house, of, after.activity, names),
    refusalsOf(house, of, after.refusals, names),
  ] as const
  return merged(sources, since === undefined ? 0 : Date.parse(since))
}

async function* merged(
  sources: readonly AsyncGenerator<ActivityEntry, void>[],
  since: number,
): AsyncGenerator<ActivityEntry, void> {
  const heads = await Promise.all(sources.map((source) => source.next()))
  for (;;) {
    const newest = newestOf(heads)
    if (newest === undefined || newest.entry.time < since) return
    const { index, entry } = newest
    yield entry
    const source = sources[index]
    if (source !== undefined) heads[index] = await source.next()
  }
}

function newestOf(heads: readonly IteratorResult<ActivityEntry, void>[]) {
  const entries = heads.flatMap((head, index) => (head.done === true ? [] : [{ index, entry: head.value }]))
  return entries.toSorted((one, other) => other.entry.time - one.entry.time)[0]
}

/** Whether an entry is asked for; how far back the log is read is `entriesOf` to say. */
export function matches(
  { time, view }: ActivityEntry,
  { type, outcome, principal, until }: ActivityFilter,
): boolean {
  return (
    (type === undefined || view.type === type) &&
    (outcome === undefined || view.outcome === outcome) &&
    (principal === undefined || view.principal === principal) &&
    (until === undefined || time < Date.parse(until))
  )
}

async function* activityOf(
  house: House,
  organization: OrganizationId | undefined,
  after: string | undefined,
  names: Names,
): AsyncGenerator<ActivityEntry, void> {
  let last = after === undefined ? undefined : Number.parseInt(after, 10) || 0
  for (;;) {
    const page = await house.store.read.activity.list({ organization, last, limit: AT_ONCE })
    for (const row of page.items) {
      if (row.organization !== organization) continue // without an organization the store gives everybody's
      yield { cursor: String(row.id), from: 'activity', time: row.at, view: await activityView(row, names) }
    }
    last = page.items.at(-1)?.id
    if (!page.more || last === undefined) return
  }
}

async function* refusalsOf(
  house: House,
  organization: OrganizationId | undefined,
  after: string | undefined,
  names: Names,
): AsyncGenerator<ActivityEntry, void> {
  let last = after
  for (;;) {
    const page = await house.store.read.refusals.list({ organization, last, limit: AT_ONCE })
    for (const refusal of page.items) {
      if (refusal.organization !== organization) continue
      yield {
        cursor: refusal.id,
        from: 'refusals',
        time: refusal.lastAt,
        view: await refusalView(refusal, names),
      }
    }
    last = page.items.at(-1)?.id
    if (!page.more || last === undefined) return
  }
}

import type { AccountName, OrganizationId } from '@wharden/policy'
import type { ActivityRecord, RefusalRecord } from '../../stores/metadata/port/logs.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import type { Paging } from './page.ts'
import { createNames, type Names } from './log-names.ts'
import { readRefusal } from './refusal.ts'
import { requireLogOf } from './tenant.ts'
import { instant } from './time.ts'

type ActivityType = 'token-issued' | 'pull' | 'push' | 'delete' | 'refusal'
type Outcome = 'allow' | 'deny' | 'report'

type Input = Paging & {
  readonly organization?: AccountName | undefined
  readonly type?: ActivityType | undefined
  readonly outcome?: Outcome | undefined
  readonly principal?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** One line of either log: what happened is kept as rows, what was refused as counters. */
type Entry = {
  /** Where to go on after it in its own log. */
  readonly cursor: string
  readonly from: 'activity' | 'refusals'
  readonly time: number
  readonly view: Awaited<ReturnType<typeof activityView>>
}

/** Most lines that one request reads through to find those asked for. */
const READ_THROUGH = 5_000
const AT_ONCE = 200

/** Pulls, pushes and refusals, newest first: two logs, each newest first already, merged. */
export async function listActivity(house: House, caller: Caller, input: Input) {
  const tenant = await requireLogOf(house, caller, input.organization, 'activity/read')
  const of = input.organization === undefined ? undefined : tenant
  const cursors = readCursors(input.after)
  const names = createNames(house)
  const sources = [
    activityOf(house, of, cursors.activity, names),
    refusalsOf(house, of, cursors.refusals, names),
  ] as const
  const heads = await Promise.all(sources.map((source) => source.next()))
  const items: Entry['view'][] = []
  for (let read = 0; read < READ_THROUGH && items.length < input.limit; read += 1) {
    const newest = newestOf(heads)
    if (newest === undefined) return { items, next: null, dropped: house.recorder.dropped() }
    const { index, entry } = newest
    cursors[entry.from] = entry.cursor
    if (input.since !== undefined && entry.time < Date.parse(input.since)) {
      return { items, next: null, dropped: house.recorder.dropped() }
    }
    if (matches(entry, input)) items.push(entry.view)
    const source = sources[index]
    if (source !== undefined) heads[index] = await source.next()
  }
  const more = newestOf(heads) !== undefined
  return { items, next: more ? writeCursors(cursors) : null, dropped: house.recorder.dropped() }
}

function newestOf(heads: readonly IteratorResult<Entry, void>[]) {
  const entries = heads.flatMap((head, index) => (head.done === true ? [] : [{ index, entry: head.value }]))
  return entries.toSorted((one, other) => other.entry.time - one.entry.time)[0]
}

function matches({ time, view }: Entry, { type, outcome, principal, until }: Input): boolean {
  return (
    (type === undefined || view.type === type) &&
    (outcome === undefined || view.outcome === outcome) &&
    (principal === undefined || view.principal === principal) &&
    (until === undefined || time < Date.parse(until))
  )
}

type Cursors = { activity: string | undefined; refusals: string | undefined }

/** `<id of the last activity>.<id of the last refusal>`, either may be missing. */
function readCursors(after: string | undefined): Cursors {
  const [activity = '', refusals = ''] = (after ?? '').split('.')
  return {
    activity: activity === '' ? undefined : activity,
    refusals: refusals === '' ? undefined : refusals,
  }
}

function writeCursors({ activity, refusals }: Cursors): string {
  return `${activity ?? ''}.${refusals ?? ''}`
}

async function* activityOf(
  house: House,
  organization: OrganizationId | undefined,
  after: string | undefined,
  names: Names,
): AsyncGenerator<Entry, void> {
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
): AsyncGenerator<Entry, void> {
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

const TYPES: { readonly [type: string]: ActivityType } = {
  'token-issued': 'token-issued',
  pull: 'pull',
  push: 'push',
  upload: 'push',
  delete: 'delete',
  'would-refuse': 'refusal',
}

async function activityView(row: ActivityRecord, names: Names) {
  const type = TYPES[row.type] ?? 'pull'
  const outcome = row.type === 'would-refuse' ? 'report' : 'allow'
  return {
    at: instant(row.at),
    type,
    principal: await names.principal(row),
    credential: (row.credential ?? null) as string | null,
    resource: row.repository ?? textIn(row.detail, 'service'),
    reference: row.reference ?? row.digest ?? null,
    action: row.type,
    outcome: outcome as Outcome,
    message: null as string | null,
    decision: row.decision ?? null,
    address: row.address ?? null,
    bytes: row.bytes ?? null,
    count: 1,
  }
}

async function refusalView(refusal: RefusalRecord, names: Names): Promise<Entry['view']> {
  const { asked, reference, address, message } = readRefusal(refusal)
  return {
    at: instant(refusal.lastAt),
    type: 'refusal',
    principal: await names.principal(refusal),
    credential: refusal.credential ?? null,
    resource: await names.resource(asked.resource),
    reference,
    action: asked.action,
    outcome: 'deny',
    message,
    decision: refusal.id,
    address,
    bytes: null,
    count: refusal.count,
  }
}

function textIn(detail: JsonObject, field: string): string {
  const value = detail[field]
  return typeof value === 'string' ? value : ''
}

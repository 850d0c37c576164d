import type { AccountName, OrganizationId } from '@wharden/policy'
import { csvRow } from '../../csv-row.ts'
import type { ActivityRecord, RefusalRecord } from '../../stores/metadata/port/logs.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import type { Paging } from './page.ts'
import { createNames, type Names } from './log-names.ts'
import { readRefusal } from './refusal.ts'
import { streamed } from './streamed.ts'
import { requireLogOf } from './tenant.ts'
import { instant } from './time.ts'

type ActivityType = 'token-issued' | 'pull' | 'push' | 'delete' | 'refusal'
type Outcome = 'allow' | 'deny' | 'report'

type Filter = {
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

/** Pulls, pushes and refusals, newest first. */
export async function listActivity(house: House, caller: Caller, input: Filter & Paging) {
  const cursors = readCursors(input.after)
  const items: Entry['view'][] = []
  const dropped = house.recorder.dropped()
  let read = 0
  for await (const entry of await entriesOf(house, caller, input, cursors)) {
    if (read === READ_THROUGH || items.length === input.limit)
      return { items, next: writeCursors(cursors), dropped }
    read += 1
    cursors[entry.from] = entry.cursor
    if (matches(entry, input)) items.push(entry.view)
  }
  return { items, next: null, dropped }
}

/** The same as a file, all of it. */
export async function exportActivity(
  house: House,
  caller: Caller,
  input: Filter & { readonly format: 'jsonl' | 'csv' },
) {
  const entries = await entriesOf(house, caller, input, readCursors(undefined))
  return streamed(
    `activity-${input.organization ?? 'none'}`,
    input.format,
    linesOf(entries, (entry) => matches(entry, input), input.format),
  )
}

async function* linesOf(
  entries: AsyncIterable<Entry>,
  wanted: (entry: Entry) => boolean,
  format: 'jsonl' | 'csv',
): AsyncGenerator<string, void> {
  if (format === 'csv') yield csvRow(COLUMNS)
  let text = ''
  for await (const entry of entries) {
    if (!wanted(entry)) continue
    text +=
      format === 'csv'
        ? csvRow(COLUMNS.map((column) => entry.view[column]))
        : `${JSON.stringify(entry.view)}\n`
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  yield text
}

const CHUNK = 64 * 1024

/** Columns are added at the end only. */
const COLUMNS = [
  'at',
  'type',
  'outcome',
  'principal',
  'credential',
  'resource',
  'reference',
  'action',
  'message',
  'decision',
  'address',
  'bytes',
  'count',
] as const

/**
 * Two logs, each newest first already, merged, down to the time asked for.
 * @throws {AppError} `not-found`, `denied`
 */
async function entriesOf(
  house: House,
  caller: Caller,
  { organization, since }: Filter,
  after: Cursors,
): Promise<AsyncGenerator<Entry, void>> {
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
  sources: readonly AsyncGenerator<Entry, void>[],
  since: number,
): AsyncGenerator<Entry, void> {
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

function newestOf(heads: readonly IteratorResult<Entry, void>[]) {
  const entries = heads.flatMap((head, index) => (head.done === true ? [] : [{ index, entry: head.value }]))
  return entries.toSorted((one, other) => other.entry.time - one.entry.time)[0]
}

function matches({ time, view }: Entry, { type, outcome, principal, until }: Filter): boolean {
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

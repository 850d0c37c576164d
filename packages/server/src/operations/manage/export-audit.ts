import type { AccountName } from '@wharden/policy'
import { csvRow } from '../../csv-row.ts'
import { linkHash } from '../../stores/metadata/audit-chain.ts'
import type { Tenant } from '../../stores/metadata/port.ts'
import type { AuditRecord } from '../../stores/metadata/port/logs.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { auditLine } from './audit-line.ts'
import { auditView } from './audit-view.ts'
import { streamed } from './streamed.ts'
import { requireLogOf } from './tenant.ts'

type Input = {
  readonly organization?: AccountName | undefined
  readonly format: 'jsonl' | 'csv'
  readonly after?: number | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

const AT_ONCE = 100

/** The log from its oldest event asked for to what is the newest now, as a file that is read while it is sent. */
export async function exportAudit(house: House, caller: Caller, input: Input) {
  const tenant = await requireLogOf(house, caller, input.organization, 'audit/read')
  const events = pages(house, tenant, await rangeOf(house, tenant, input))
  const sign = (last: AuditRecord) =>
    house.identity.signAuditHead(
      { chain: tenant, events: last.sequence, head: last.hash },
      caller.context.now,
    )
  const text = input.format === 'csv' ? csvOf(events) : jsonlOf(events, tenant, sign)
  return streamed(`audit-${input.organization ?? 'installation'}`, input.format, text)
}

type Range = { readonly after: number; readonly before: number }

async function rangeOf({ store }: House, tenant: Tenant, { after = 0, since, until }: Input): Promise<Range> {
  const { audit } = store.read
  const first = since === undefined ? 1 : await audit.firstSince(tenant, Date.parse(since))
  const before = await audit.firstSince(tenant, until === undefined ? Infinity : Date.parse(until))
  return { after: Math.max(after, first - 1), before }
}

async function* pages(
  { store, stopping }: House,
  tenant: Tenant,
  { after, before }: Range,
): AsyncGenerator<readonly AuditRecord[], void> {
  for (let last = after; last < before - 1;) {
    stopping.throwIfAborted()
    const records = await store.read.audit.after(tenant, last, Math.min(AT_ONCE, before - 1 - last))
    const final = records.at(-1)
    if (final === undefined) return
    yield records.filter(({ sequence }) => sequence < before)
    last = final.sequence
  }
}

/** The head is signed only of what is intact: a signature must not vouch for what was altered. */
async function* jsonlOf(
  pagesOfEvents: AsyncIterable<readonly AuditRecord[]>,
  chain: Tenant,
  sign: (last: AuditRecord) => string,
): AsyncGenerator<string, void> {
  let last: AuditRecord | undefined
  let broken: number | undefined
  for await (const records of pagesOfEvents) {
    for (const record of records) {
      if (broken === undefined && !follows(record, last)) broken = record.sequence
      last = record
    }
    yield records.map(auditLine).join('')
  }
  const { sequence = 0, hash = null } = last ?? {}
  const signedHead = last === undefined || broken !== undefined ? null : sign(last)
  yield `${JSON.stringify({ chain, events: sequence, head: hash, signedHead, broken: broken ?? null })}\n`
}

function follows(record: AuditRecord, before: AuditRecord | undefined): boolean {
  const { type, detail, previousHash, hash, ...link } = record
  const fits =
    before === undefined || (record.sequence === before.sequence + 1 && previousHash === before.hash)
  return fits && linkHash(previousHash, { ...link, event: { type, detail } }) === hash
}

/** Columns are added at the end only: people's sheets and scripts count them. */
const COLUMNS = [
  'sequence',
  'time',
  'event',
  'actor_type',
  'actor_id',
  'actor',
  'credential_id',
  'credential',
  'address',
  'subject',
  'before',
  'after',
  'previous_hash',
  'hash',
]

async function* csvOf(pagesOfEvents: AsyncIterable<readonly AuditRecord[]>): AsyncGenerator<string, void> {
  yield csvRow(COLUMNS)
  for await (const records of pagesOfEvents) yield records.map(rowOf).join('')
}

function rowOf(record: AuditRecord): string {
  const { sequence, at, event, actor, address, subject, before, after, hash } = auditView(record)
  return csvRow([
    sequence,
    at,
    event,
    actor.type,
    actor.id,
    actor.name,
    actor.credential,
    actor.credentialName,
    address,
    subject,
    before === null ? null : JSON.stringify(before),
    after === null ? null : JSON.stringify(after),
    record.previousHash,
    hash,
  ])
}

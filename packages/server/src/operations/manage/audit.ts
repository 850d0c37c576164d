import type { AccountName } from '@wharden/policy'
import { readDetail } from '../../audit/event.ts'
import type { Actor, AuditRecord } from '../../stores/metadata/port/logs.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import type { Paging } from './page.ts'
import { requireLogOf } from './tenant.ts'
import { instant } from './time.ts'

type Asked = { readonly organization?: AccountName | undefined }

type Filter = {
  readonly actor?: string | undefined
  readonly event?: string | undefined
  readonly subject?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** Most events that one request reads through to find those asked for; `next` then says where to go on. */
const READ_THROUGH = 5_000
const AT_ONCE = 500

/** Who did what, newest first. Events that name no kind of actor, subject or time asked for are passed over. */
export async function listAudit(house: House, caller: Caller, input: Asked & Filter & Paging) {
  const tenant = await requireLogOf(house, caller, input.organization, 'audit/read')
  const { limit, after, event: type } = input
  const found: AuditRecord[] = []
  let last = after === undefined ? undefined : Number.parseInt(after, 10) || 0
  for (let read = 0; read < READ_THROUGH;) {
    const page = await house.store.read.audit.list(tenant, { last, limit: AT_ONCE, type })
    for (const record of page.items) {
      if (isBefore(record, input.since)) return pageOf(found, undefined)
      if (!matches(record, input)) continue
      found.push(record)
      if (found.length === limit) return pageOf(found, record.sequence)
    }
    read += page.items.length
    last = page.items.at(-1)?.sequence
    if (!page.more || last === undefined) return pageOf(found, undefined)
  }
  return pageOf(found, last)
}

function pageOf(records: readonly AuditRecord[], next: number | undefined) {
  return { items: records.map(eventView), next: next === undefined || next <= 1 ? null : String(next) }
}

function isBefore({ at }: AuditRecord, since: string | undefined): boolean {
  return since !== undefined && at < Date.parse(since)
}

function matches({ at, actor, detail }: AuditRecord, filter: Filter): boolean {
  return (
    (filter.until === undefined || at < Date.parse(filter.until)) &&
    (filter.actor === undefined || actor.name === filter.actor) &&
    (filter.subject === undefined || readDetail(detail).subject === filter.subject)
  )
}

/** Recomputes the chain of hashes, and signs its head for whoever wants to keep it. */
export async function verifyAudit(house: House, caller: Caller, input: Asked) {
  const tenant = await requireLogOf(house, caller, input.organization, 'audit/read')
  const verdict = await house.store.read.audit.verify(tenant)
  if (verdict.type === 'broken') return { ...verdict, events: Math.max(0, verdict.sequence - 1) }
  const { events, head } = verdict
  const signedHead = house.identity.signAuditHead({ chain: tenant, events, head }, caller.context.now)
  return { ...verdict, signedHead }
}

function eventView({ sequence, at, type, actor, detail, hash }: AuditRecord) {
  const { subject, before, after } = readDetail(detail)
  return {
    sequence,
    at: instant(at),
    event: type,
    actor: { type: actorType(actor), name: actor.name, credential: actor.via ?? null },
    subject,
    address: actor.address ?? null,
    before: before === undefined ? null : { ...before },
    after: after === undefined ? null : { ...after },
    hash,
  }
}

/** A kind of actor that only a newer version knows is still somebody: what was done must be seen. */
function actorType({ type }: Actor): 'user' | 'organization' | 'system' {
  return Object.hasOwn(ACTORS, type) ? ACTORS[type] : 'system'
}

/** A credential that is nobody's own acts for its organization. */
const ACTORS: { readonly [Type in Actor['type']]: 'user' | 'organization' | 'system' } = {
  user: 'user',
  credential: 'organization',
  system: 'system',
}

import type { AccountName } from '@wharden/policy'
import { readDetail } from '../../audit/event.ts'
import type { AuditRecord } from '../../stores/metadata/port/logs.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import { auditView } from './audit-view.ts'
import type { Paging } from './page.ts'
import { requireLogOf } from './tenant.ts'

type Asked = { readonly organization?: AccountName | undefined }

type Filter = {
  readonly actor?: string | undefined
  readonly event?: string | undefined
  readonly subject?: string | undefined
  readonly text?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

/** Most events that one request reads through to find those asked for; `next` then says where to go on. */
const READ_THROUGH = 5_000
const AT_ONCE = 500

/** Who did what, newest first. Events that name no kind of actor, subject or text asked for are passed over. */
export async function listAudit(house: House, caller: Caller, input: Asked & Filter & Paging) {
  const tenant = await requireLogOf(house, caller, input.organization, 'audit/read')
  const { audit } = house.store.read
  const { limit, after, event: type, since, until } = input
  const wanted = matcher(input)
  const oldest = since === undefined ? 1 : await audit.firstSince(tenant, Date.parse(since))
  const found: AuditRecord[] = []
  let last = earlier(
    after === undefined ? undefined : Number.parseInt(after, 10) || 0,
    until === undefined ? undefined : await audit.firstSince(tenant, Date.parse(until)),
  )
  for (let read = 0; read < READ_THROUGH;) {
    const page = await audit.list(tenant, { last, limit: AT_ONCE, type })
    for (const record of page.items) {
      if (record.sequence < oldest) return pageOf(found, undefined)
      if (!wanted(record)) continue
      found.push(record)
      if (found.length === limit) return pageOf(found, record.sequence)
    }
    read += page.items.length
    last = page.items.at(-1)?.sequence
    if (!page.more || last === undefined) return pageOf(found, undefined)
  }
  return pageOf(found, last)
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

function pageOf(records: readonly AuditRecord[], next: number | undefined) {
  return { items: records.map(auditView), next: next === undefined || next <= 1 ? null : String(next) }
}

function matcher({ actor, subject, text }: Filter): (record: AuditRecord) => boolean {
  const words = text?.toLowerCase()
  return (record) => {
    const by = record.actor
    return (
      (actor === undefined || [by.name, by.id, by.via, by.viaName].includes(actor)) &&
      (subject === undefined || readDetail(record.detail).subject === subject) &&
      (words === undefined || JSON.stringify(auditView(record)).toLowerCase().includes(words))
    )
  }
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

import type { OrganizationId } from '@wharden/policy'
import type { Selectable } from 'kysely'
import { CHAIN_START, linkHash } from '../audit-chain.ts'
import { parseJson } from '../canonical-json.ts'
import type { Actor, AuditReader, AuditRecord, ChainVerdict } from '../port/logs.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'
import { pageOf } from './page-of.ts'

type Row = Selectable<Tables['audit_event']>

const EVENTS_AT_ONCE = 1_000

export function auditReader(session: Session): AuditReader {
  const { query } = session
  return {
    async list(tenant, { last, limit, type }) {
      let events = query.selectFrom('audit_event').selectAll().where('tenant_id', '=', tenant)
      if (last !== undefined) events = events.where('sequence', '<', last)
      if (type !== undefined) events = events.where('type', '=', type)
      return pageOf(
        await session.all(events.orderBy('sequence', 'desc').limit(limit + 1)),
        limit,
        auditRecordOf,
      )
    },
    async after(tenant, sequence, limit) {
      return (await eventsAfter(session, tenant, sequence, limit)).map(auditRecordOf)
    },
    firstSince: (tenant, at) => firstSince(session, tenant, at),
    verify: (tenant) => verifyChain(session, tenant),
    async tenants() {
      const rows = await session.all(
        query.selectFrom('audit_event').select('tenant_id').where('sequence', '=', 1).orderBy('tenant_id'),
      )
      return rows.map((row) => row.tenant_id)
    },
  }
}

async function verifyChain(session: Session, tenant: OrganizationId): Promise<ChainVerdict> {
  // Read first: the chain may grow meanwhile, and what the head promises must be there in any case.
  const promised = await headOf(session, tenant)
  let sequence = 0
  let head = CHAIN_START
  for (;;) {
    const rows = await eventsAfter(session, tenant, sequence, EVENTS_AT_ONCE)
    for (const row of rows) {
      const reason = fault(row, sequence + 1, head)
      if (reason !== undefined) return { type: 'broken', sequence: row.sequence, reason }
      sequence = row.sequence
      head = row.hash
      if (sequence === promised?.audit_sequence && head !== promised.audit_head)
        return { type: 'broken', sequence, reason: 'the head that the organization holds is another' }
    }
    if (rows.length < EVENTS_AT_ONCE) break
  }
  if (promised !== undefined && sequence < promised.audit_sequence)
    return { type: 'broken', sequence: sequence + 1, reason: 'events at the end of the chain are missing' }
  return { type: 'intact', events: sequence, head }
}

function fault(row: Row, expected: number, previous: string): string | undefined {
  if (row.sequence !== expected) return `event ${expected} is missing`
  if (row.previous_hash !== previous) return 'it does not follow the event before it'
  const { tenant, sequence, at, actor, type, detail } = auditRecordOf(row)
  const hash = linkHash(previous, { tenant, sequence, at, actor, event: { type, detail } })
  return hash === row.hash ? undefined : 'it was altered: its hash is another'
}

/** By halves: events are dated one after another, as their tenant's row is locked, and numbered without gaps. */
async function firstSince({ query, first }: Session, tenant: OrganizationId, at: number): Promise<number> {
  const events = query.selectFrom('audit_event').select(['sequence', 'at']).where('tenant_id', '=', tenant)
  const last = await first(events.orderBy('sequence', 'desc').limit(1))
  let low = 1
  let high = (last?.sequence ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const event = await first(events.where('sequence', '>=', middle).orderBy('sequence').limit(1))
    if (event === undefined || event.at >= at) high = middle
    else low = middle + 1
  }
  return low
}

function eventsAfter(
  session: Session,
  tenant: OrganizationId,
  sequence: number,
  limit: number,
): Promise<readonly Row[]> {
  return session.all(
    session.query
      .selectFrom('audit_event')
      .selectAll()
      .where('tenant_id', '=', tenant)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(limit),
  )
}

function headOf(session: Session, tenant: OrganizationId) {
  return session.first(
    session.query
      .selectFrom('organization')
      .select(['audit_sequence', 'audit_head'])
      .where('id', '=', tenant),
  )
}

function auditRecordOf(row: Row): AuditRecord {
  return {
    tenant: row.tenant_id,
    sequence: row.sequence,
    at: row.at,
    type: row.type,
    actor: parseJson<Actor>(row.actor),
    detail: parseJson(row.detail),
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}

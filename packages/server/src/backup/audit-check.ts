import type { OrganizationId } from '@wharden/policy'
import { CHAIN_START, linkHash } from '../stores/metadata/audit-chain.ts'
import { parseJson } from '../stores/metadata/canonical-json.ts'
import type { Actor } from '../stores/metadata/port/logs.ts'
import type { Row, Value } from '../stores/metadata/portable/row-line.ts'

/** `wharden audit verify` of every chain at once, while the rows go by. */
export type AuditCheck = {
  readonly see: (table: string, columns: readonly string[], rows: readonly Row[]) => void
  readonly verdict: () => AuditVerdict
}

export type AuditVerdict = {
  readonly chains: number
  readonly events: number
  /** A sentence for each chain that isn't intact. */
  readonly broken: readonly string[]
}

type Head = { readonly sequence: number; readonly hash: string }

/** Organizations come before events, and each chain's events together and in order: as tables are copied. */
export function createAuditCheck(): AuditCheck {
  const promised = new Map<string, Head>()
  const broken = new Map<string, string>()
  let tenant: string | undefined
  let head: Head = { sequence: 0, hash: CHAIN_START }
  let chains = 0
  let events = 0

  function blame(why: string): void {
    if (tenant !== undefined && !broken.has(tenant))
      broken.set(tenant, `the audit chain of \`${tenant}\` is broken: ${why}`)
  }

  function endChain(): void {
    if (tenant === undefined) return
    const organization = promised.get(tenant)
    promised.delete(tenant)
    if (
      organization !== undefined &&
      (organization.sequence !== head.sequence || organization.hash !== head.hash)
    )
      blame('its organization holds another head')
  }

  function event(field: (name: string) => Value): void {
    if (field('tenant_id') !== tenant) {
      endChain()
      tenant = String(field('tenant_id'))
      head = { sequence: 0, hash: CHAIN_START }
      chains += 1
    }
    events += 1
    const sequence = Number(field('sequence'))
    const link = {
      tenant: tenant as OrganizationId,
      sequence,
      at: Number(field('at')),
      actor: parseJson<Actor>(String(field('actor'))),
      event: { type: String(field('type')), detail: parseJson(String(field('detail'))) },
    }
    if (sequence !== head.sequence + 1) blame(`event ${head.sequence + 1} is missing`)
    else if (field('previous_hash') !== head.hash || field('hash') !== linkHash(head.hash, link))
      blame(`event ${sequence} was altered`)
    head = { sequence, hash: String(field('hash')) }
  }

  return {
    see(table, columns, rows) {
      if (table !== 'audit_event' && table !== 'organization') return
      for (const row of rows) {
        const field = (name: string): Value => row[columns.indexOf(name)] ?? null
        if (table === 'audit_event') event(field)
        else if (Number(field('audit_sequence')) > 0)
          promised.set(String(field('id')), {
            sequence: Number(field('audit_sequence')),
            hash: String(field('audit_head')),
          })
      }
    },
    verdict() {
      endChain()
      for (tenant of promised.keys()) blame('all its events are missing')
      tenant = undefined
      promised.clear()
      return { chains, events, broken: [...broken.values()] }
    },
  }
}

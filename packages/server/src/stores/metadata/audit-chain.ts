import { hash } from 'node:crypto'
import type { OrganizationId } from '@wharden/policy'
import { canonicalJson } from './canonical-json.ts'
import type { Actor, AuditEvent } from './port/logs.ts'

/** What comes before a chain's first event. */
export const CHAIN_START = '0'.repeat(64)

export type ChainLink = {
  readonly tenant: OrganizationId
  readonly sequence: number
  readonly at: number
  readonly actor: Actor
  readonly event: AuditEvent
}

/** hash = SHA-256(previous hash ‖ text of the event), hex; whoever alters one must alter all that follow. */
export function linkHash(previousHash: string, link: ChainLink): string {
  return hash('sha256', previousHash + linkText(link))
}

/** The event as it goes into its hash, and into exports: canonical JSON. */
export function linkText({ tenant, sequence, at, actor, event }: ChainLink): string {
  const { type, detail } = event
  return canonicalJson({ tenant, sequence, at, actor: actorJson(actor), type, detail })
}

export function actorJson({ type, id, name, via, viaName, address }: Actor): {
  readonly [key: string]: string
} {
  return {
    type,
    id,
    name,
    ...(via === undefined ? {} : { via }),
    ...(viaName === undefined ? {} : { viaName }),
    ...(address === undefined ? {} : { address }),
  }
}

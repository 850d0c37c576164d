import { readDetail } from '../../audit/event.ts'
import type { Actor, AuditRecord } from '../../stores/metadata/port/logs.ts'
import { instant } from './time.ts'

/** An event as the API shows it. */
export function auditView({ sequence, at, type, actor, detail, hash }: AuditRecord) {
  const { subject, before, after } = readDetail(detail)
  return {
    sequence,
    at: instant(at),
    event: type,
    actor: {
      type: actorType(actor),
      id: actor.id,
      name: actor.name,
      credential: actor.via ?? null,
      credentialName: actor.viaName ?? null,
    },
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

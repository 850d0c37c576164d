import { formatManifestReference } from '@wharden/oci'
import type { explainAll, Action, CredentialKind, Decision, Denial, Resource } from '@wharden/policy'
import type { RefusalRecord } from '../../stores/metadata/port/logs.ts'

/** What was taken down of a refusal, in the types it had before it became JSON. */
export type ReadRefusal = {
  readonly asked: Parameters<typeof explainAll>[1]
  readonly decision: Decision
  /** The line that the client was told. */
  readonly message: string
  readonly reference: string | null
  readonly address: string | null
}

/** As `operations/take-down.ts` writes them, and nobody else. */
type Question = {
  readonly action: Action
  readonly resource: Resource
  readonly principal: CredentialKind | 'anonymous'
  readonly address?: string
}
type Denied = {
  readonly message: string
  readonly because: Denial
  readonly also: readonly Denial[]
  readonly reported: readonly Denial[]
}

export function readRefusal(refusal: RefusalRecord): ReadRefusal {
  // Plain data: what JSON made of it is what it was.
  const { action, resource, principal, address } = refusal.question as unknown as Question
  const { message, because, also, reported } = refusal.decision as unknown as Denied
  const reference = 'reference' in resource ? resource.reference : undefined
  return {
    asked: {
      action,
      resource,
      principal: principal === 'anonymous' ? { type: 'anonymous' } : { type: 'credential', kind: principal },
    },
    decision: { type: 'deny', because, also, reported },
    message,
    reference: reference === undefined ? null : formatManifestReference(reference),
    address: address ?? null,
  }
}

import { formatManifestReference } from '@wharden/oci'
import type { Action, Asked, CredentialKind, Denial, Resource } from '@wharden/policy'
import type { RefusalRecord } from '../../stores/metadata/port/logs.ts'
import type { JsonObject } from '../../stores/metadata/port/page.ts'

/** What the recorder wrote down of a refusal, in the types it had before it became JSON. */
export type ReadRefusal = {
  readonly principal: Asked['principal']
  readonly action: Action
  readonly resource: Resource
  readonly reference: string | null
  readonly address: string | null
  readonly message: string
  readonly because: Denial
  readonly also: readonly Denial[]
  readonly reported: readonly Denial[]
}

/** `activity/recorder.ts` writes these documents and nobody else: they are what they were made from. */
export function readRefusal({ question, decision }: RefusalRecord): ReadRefusal {
  const asked = question as JsonObject & {
    readonly principal: 'anonymous' | CredentialKind
    readonly action: Action
    readonly address?: string
  }
  const resource = question['resource'] as unknown as Resource
  const denied = decision as JsonObject & { readonly message: string }
  const reference = 'reference' in resource ? resource.reference : undefined
  const { principal } = asked
  return {
    principal: principal === 'anonymous' ? { type: principal } : { type: 'credential', kind: principal },
    action: asked.action,
    resource,
    reference: reference === undefined ? null : formatManifestReference(reference),
    address: asked.address ?? null,
    message: denied.message,
    because: decision['because'] as unknown as Denial,
    also: decision['also'] as unknown as readonly Denial[],
    reported: decision['reported'] as unknown as readonly Denial[],
  }
}

/** What people call what a decision is about. All of it ends in terminals and in an HTTP reason phrase. */
import { formatManifestReference } from '@wharden/oci'
import type { Action, RepositoryAction } from './action.ts'
import type { OrganizationId } from './ids.ts'
import type { CredentialKind } from './principal.ts'
import type { Resource } from './resource.ts'

/** A question as far as it takes to speak of it; every `Question` is one, and it can be stored. */
export type Asked = {
  readonly principal:
    | { readonly type: 'anonymous' }
    | { readonly type: 'credential'; readonly kind: CredentialKind }
  readonly action: Action
  readonly resource: Resource
}

/** What people call the ids in a decision. */
export type Names = {
  /** The decision's id, e.g. `7f3k2m9q`. */
  readonly decision: string
  /** The credential's label or login name; for a session the user's name. Unused for anonymous. */
  readonly credential: string
  readonly organization: (id: OrganizationId) => string | undefined
}

const LABEL_MAX_LENGTH = 64

const KINDS: Readonly<Record<CredentialKind, string>> = {
  session: 'user',
  pat: 'personal access token',
  oat: 'organization access token',
  'registry-token': 'token',
  'service-principal': 'service principal',
  'workload-identity': 'workload identity',
}

/** What the reader calls the act, and its verb. */
export const ACTS: Readonly<Record<RepositoryAction, { readonly noun: string; readonly verb: string }>> = {
  'content/read': { noun: 'pull', verb: 'read' },
  'content/write': { noun: 'push', verb: 'write to' },
  'content/delete': { noun: 'delete', verb: 'delete from' },
  'metadata/read': { noun: 'metadata', verb: 'list or inspect' },
  'metadata/write': { noun: 'metadata', verb: 'change attributes of' },
}

export function isRepositoryAction(action: Action): action is RepositoryAction {
  return Object.hasOwn(ACTS, action)
}

export function principalName({ principal }: Asked, names: Names): string {
  if (principal.type === 'anonymous') return 'an anonymous client'
  return `${KINDS[principal.kind]} \`${shorten(names.credential.replaceAll('`', "'"), LABEL_MAX_LENGTH)}\``
}

/** `acme/app:v1`, `docker.io/library/nginx@sha256:…`, `quay.io`, `organization acme`. */
export function resourceName({ resource }: Asked, names: Names): string {
  switch (resource.type) {
    case 'repository':
      return `${organizationName(resource.organization, names)}/${resource.name}${referenceName(resource)}`
    case 'upstream':
      return `${resource.host}/${resource.name}${referenceName(resource)}`
    case 'host':
      return resource.host
    case 'organization':
      return `organization ${organizationName(resource.organization, names)}`
    case 'installation':
      return 'this installation'
  }
}

export function organizationName(id: OrganizationId, names: Names): string {
  return names.organization(id) ?? '(deleted)'
}

function referenceName({ reference }: Extract<Resource, { type: 'repository' | 'upstream' }>): string {
  if (reference === undefined) return ''
  return `${reference.type === 'tag' ? ':' : '@'}${formatManifestReference(reference)}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`
}

/** Milliseconds since 1970, to the minute. */
export function timeName(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/**
 * One line that fits an HTTP reason phrase (RFC 9112 section 4): whatever isn't printable ASCII becomes `?`, lest a
 * label breaks the protocol or writes to the reader's terminal.
 */
export function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?')
}

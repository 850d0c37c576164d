/** What an operation takes down of what it did, in the words of the activity log: who, what, where, from where. */
import {
  formatManifestReference,
  formatScope,
  type Digest,
  type ManifestReference,
  type Scope,
} from '@wharden/oci'
import type { Decision, OrganizationId, Question } from '@wharden/policy'
import type { Refusal } from '../activity/recorder.ts'
import type { ActivityRecord } from '../stores/metadata/port/logs.ts'
import type { JsonObject } from '../stores/metadata/port/page.ts'
import type { Caller } from './caller.ts'
import { absentName } from '../absent-organization.ts'
import type { Target } from './target.ts'

type Denied = Extract<Decision, { readonly type: 'deny' }>
type Content = { readonly digest: Digest; readonly bytes: number }

export function tokenIssued(caller: Caller, service: string, scopes: readonly Scope[]): ActivityRecord {
  return row(caller, 'token-issued', undefined, { detail: { service, scopes: scopes.map(formatScope) } })
}

/** A pull, push or delete of a tag or manifest, or an upload of a blob (which has no reference). */
export function contentMoved(
  caller: Caller,
  type: 'pull' | 'push' | 'upload' | 'delete',
  target: Target,
  reference: ManifestReference | undefined,
  content?: Content,
): ActivityRecord {
  const at = reference === undefined ? {} : { reference: formatManifestReference(reference) }
  return row(caller, type, target, { ...at, ...content })
}

/** A policy in report mode would have refused this. */
export function wouldRefuse(caller: Caller, question: Question, { reported }: Decision): ActivityRecord {
  return row(caller, 'would-refuse', undefined, {
    detail: { question: describe(question), reported: plain(reported) },
  })
}

export function refusalOf(
  caller: Caller,
  question: Question,
  decision: Denied,
  as: { readonly id: string; readonly message: string; readonly governing: readonly OrganizationId[] },
): Refusal {
  const { principal, context } = caller
  const credential = principal.type === 'anonymous' ? undefined : principal
  return {
    id: as.id,
    organization: organizationOf(question, decision, as.governing),
    credential: credential?.credential,
    user: credential?.user,
    firstAt: context.now,
    lastAt: context.now,
    question: { ...describe(question), address: context.address, userAgent: context.userAgent },
    decision: {
      message: as.message,
      because: plain(decision.because),
      also: plain(decision.also),
      reported: plain(decision.reported),
    },
  }
}

/** Whose refusal it is: the organization whose rule said no, else the one it was about, else the one that governs. */
function organizationOf(
  { resource }: Question,
  { because }: Denied,
  governing: readonly OrganizationId[],
): OrganizationId | undefined {
  if ('organization' in because) return because.organization
  if ('organization' in resource)
    return absentName(resource.organization) === undefined ? resource.organization : undefined
  return governing.length === 1 ? governing[0] : undefined
}

/** A question without its compiled grants. */
function describe({ action, resource, principal }: Question): JsonObject {
  return {
    action,
    resource: plain(resource),
    principal: principal.type === 'anonymous' ? 'anonymous' : principal.kind,
  }
}

/** Decisions and resources are plain data: what JSON makes of them is what they are. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}

function row(
  caller: Caller,
  type: string,
  target: Target | undefined,
  fields: Partial<ActivityRecord>,
): ActivityRecord {
  const { principal, context } = caller
  const credential = principal.type === 'anonymous' ? undefined : principal
  return {
    at: context.now,
    type,
    organization: target?.type === 'ours' ? target.organization.id : credential?.organization,
    credential: credential?.credential,
    user: credential?.user,
    repository: target?.fullName,
    reference: undefined,
    digest: undefined,
    bytes: undefined,
    address: context.address,
    userAgent: context.userAgent,
    decision: undefined,
    detail: {},
    ...fields,
  }
}

import {
  decide,
  explain,
  type Action,
  type Decision,
  type Denial,
  type Names,
  type OrganizationId,
  type Policy,
  type Principal,
  type Question,
  type Resource,
} from '@wharden/policy'
import { absentName, absentPolicy } from '../absent-organization.ts'
import { AppError } from '../errors.ts'
import type { Caller } from './caller.ts'
import { gatherFacts, type KnownFacts } from './gather-facts.ts'
import type { House } from './house.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { refusalOf, wouldRefuse } from './take-down.ts'

/**
 * Asks `decide` whether the caller may do this now. A no is recorded, explained and thrown.
 * @throws {AppError} `denied`, or `too-many-requests` for a limit, with the one line that the client's terminal will show; `unavailable` while this replica
 * can't be sure that it has heard of every revocation
 */
export async function authorize(
  house: House,
  caller: Caller,
  action: Action,
  resource: Resource,
  known: KnownFacts = {},
): Promise<void> {
  const { question, decision, policies } = await judge(house, caller, action, resource, known)
  if (decision.reported.length > 0) house.recorder.happened(wouldRefuse(caller, question, decision))
  if (decision.type === 'allow') return
  throw await refusal(house, caller, question, decision, policies, known)
}

/** The decision alone, for what is merely filtered by it. */
export async function mayDo(
  house: House,
  caller: Caller,
  action: Action,
  resource: Resource,
  known: KnownFacts = {},
): Promise<boolean> {
  return (await judge(house, caller, action, resource, known)).decision.type === 'allow'
}

async function judge(house: House, caller: Caller, action: Action, resource: Resource, known: KnownFacts) {
  requireConfirmed(house)
  const question: Question = { principal: caller.principal, action, resource }
  const facts = await gatherFacts(house, caller, resource, known)
  const policies: Policy[] = []
  for (const id of facts.governing) policies.push(absentPolicy(id) ?? (await house.caches.policies.get(id)))
  return { question, policies, decision: decide(policies, question, facts, caller.context.now) }
}

async function refusal(
  house: House,
  caller: Caller,
  question: Question,
  decision: Extract<Decision, { readonly type: 'deny' }>,
  policies: readonly Policy[],
  { pulls }: KnownFacts,
): Promise<AppError> {
  const id = house.decisionIds.of(question, decision.because.type, policies, caller.context.now)
  const names = await namesFor(house, caller.principal, question, decision, id)
  const message = explain(decision.because, question, names)
  const governing = policies.map(({ organization }) => organization)
  house.recorder.refused(refusalOf(caller, question, decision, { id, message, governing }))
  const detail = {
    decision: id,
    action: question.action,
    because: decision.because.type,
    ...('rule' in decision.because && decision.because.rule !== undefined && { rule: decision.because.rule }),
  }
  if (decision.because.type !== 'quota') return new AppError('denied', message, detail)
  const retryAfterSeconds = Math.ceil((decision.because.resets - caller.context.now) / 1_000)
  return new AppError('too-many-requests', message, { ...detail, retryAfterSeconds, pulls })
}

/** `explain` is pure: every name it may want is looked up before. */
async function namesFor(
  house: House,
  principal: Principal,
  question: Question,
  decision: Extract<Decision, { readonly type: 'deny' }>,
  id: string,
): Promise<Names> {
  const organizations = new Map<OrganizationId, string>()
  for (const organization of mentioned(question.resource, [decision.because, ...decision.also])) {
    const name = absentName(organization) ?? (await house.caches.organizationsById.get(organization))?.name
    if (name !== undefined) organizations.set(organization, name)
  }
  const credential =
    principal.type === 'anonymous' ? undefined : await house.caches.credentials.get(principal.credential)
  return {
    decision: id,
    credential:
      credential?.record.kind === 'session'
        ? (credential.owner?.name ?? '')
        : (credential?.record.name ?? ''),
    organization: (organization) => organizations.get(organization),
  }
}

function mentioned(resource: Resource, denials: readonly Denial[]): ReadonlySet<OrganizationId> {
  const ids = denials.map((denial) => ('organization' in denial ? denial.organization : undefined))
  const own = 'organization' in resource ? resource.organization : undefined
  return new Set([own, ...ids].filter((id) => id !== undefined))
}

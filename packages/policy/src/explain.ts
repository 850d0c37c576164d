import type { Decision, Denial, Reason } from './decision.ts'
import type { OrganizationId, RuleId } from './ids.ts'
import { sentence } from './sentence.ts'
import {
  oneLine,
  organizationName,
  principalName,
  resourceName,
  shorten,
  type Asked,
  type Names,
} from './words.ts'

/** What a reason phrase holds (`oci`'s `reasonPhrase` cuts there): names of 255 characters, told twice, are longer. */
const LINE_MAX_LENGTH = 1024

/** One line for a terminal: what happened, why, what to do next, and the decision's id at the end. Printable ASCII. */
export function explain(denial: Denial, asked: Asked, names: Names): string {
  const { what, next } = sentence(denial, asked, names)
  const end = ` (decision ${names.decision})`
  return oneLine(shorten(`${what}; ${next}`, LINE_MAX_LENGTH - end.length) + end)
}

/** One reason of a decision, with whose rule gave it. */
export type ExplainedReason = {
  readonly type: (Denial | Reason)['type']
  readonly rule: RuleId | undefined
  readonly organization: OrganizationId | undefined
  readonly text: string
}

/** The long form, for `wharden explain` and the console. */
export type Explanation = {
  readonly outcome: Decision['type']
  /** The line the client printed; of an allow, that it was one. */
  readonly message: string
  /** Of a denial: what decided, then what would have as well. Of an allow: what gave it. */
  readonly reasons: readonly ExplainedReason[]
  /** What report-only policies would have refused. */
  readonly reported: readonly ExplainedReason[]
  /** What to do next, and whom to ask. */
  readonly advice: string
  readonly principal: string
  readonly resource: string
}

/** Denials that are told to anybody; what comes after them is told to owners, for they are reasons of policy. */
const TOLD_TO_STRANGERS: readonly Denial['type'][] = ['credential', 'address', 'grant', 'ungoverned']

/**
 * All that made a decision.
 *
 * @param reader who reads it: whom it was about, who learns nothing of policies that a grant would have to come
 * before; or an owner or auditor of the organization that decided
 */
export function explainAll(
  decision: Decision,
  asked: Asked,
  names: Names,
  reader: 'principal' | 'owner',
): Explanation {
  const words = { principal: principalName(asked, names), resource: resourceName(asked, names) }
  const tell = (denials: readonly Denial[]) => denials.map((denial) => denialReason(denial, asked, names))
  if (decision.type === 'allow') {
    const message = oneLine(
      `allowed: ${words.principal} may ${asked.action} ${words.resource} (decision ${names.decision})`,
    )
    const reasons = decision.by.map((reason) => allowReason(reason, names))
    return { outcome: 'allow', message, reasons, reported: tell(decision.reported), advice: '', ...words }
  }
  const { because, also, reported } = decision
  const stranger = reader === 'principal' && TOLD_TO_STRANGERS.includes(because.type)
  const told = stranger ? also.filter(({ type }) => TOLD_TO_STRANGERS.includes(type)) : also
  return {
    outcome: 'deny',
    message: explain(because, asked, names),
    reasons: tell([because, ...told]),
    reported: stranger ? [] : tell(reported),
    advice: adviceFor([because, ...told], asked, names),
    ...words,
  }
}

/** Every reason must be dealt with, so each is given its next step, once. */
function adviceFor(denials: readonly Denial[], asked: Asked, names: Names): string {
  return [...new Set(denials.map((denial) => sentence(denial, asked, names).next))].join('; then ')
}

function denialReason(denial: Denial, asked: Asked, names: Names): ExplainedReason {
  return {
    type: denial.type,
    rule: 'rule' in denial ? denial.rule : undefined,
    organization: 'organization' in denial ? denial.organization : undefined,
    text: oneLine(sentence(denial, asked, names).what),
  }
}

function allowReason(reason: Reason, names: Names): ExplainedReason {
  return {
    type: reason.type,
    rule: 'rule' in reason ? reason.rule : undefined,
    organization: 'organization' in reason ? reason.organization : undefined,
    text: oneLine(reasonText(reason, names)),
  }
}

function reasonText(reason: Reason, names: Names): string {
  switch (reason.type) {
    case 'grant':
      return `\`${reason.rule}\` gives it`
    case 'registry-rule':
      return `rule \`${reason.rule}\` of organization ${organizationName(reason.organization, names)} allows the registry`
    case 'image-rule':
      return `rule \`${reason.rule}\` of organization ${organizationName(reason.organization, names)} allows the image`
    case 'own-image':
      return `it is organization ${organizationName(reason.organization, names)}'s own image`
    case 'image-category':
      return `organization ${organizationName(reason.organization, names)} allows ${reason.category.replace('-', ' ')} images`
    case 'owner-exempt':
      return `owners of organization ${organizationName(reason.organization, names)} are exempt from image access`
  }
}

import type { Asking, Check, Finding } from './asking.ts'
import { checkAddress } from './check-address.ts'
import { checkCredential } from './check-credential.ts'
import { checkGrants } from './check-grants.ts'
import { checkImageAccess } from './check-image-access.ts'
import { checkLocks } from './check-locks.ts'
import { checkQuota } from './check-quota.ts'
import { checkRegistryAccess } from './check-registry-access.ts'
import { checkSignIn } from './check-sign-in.ts'
import type { Decision, Denial, Question } from './decision.ts'
import type { Facts } from './facts.ts'
import type { OrganizationId } from './ids.ts'
import type { Policy } from './policy.ts'

/** In the order of asking: what comes first answers, so a stranger hears of grants and never of policy. */
const CHECKS: readonly Check[] = [
  checkCredential,
  checkAddress,
  checkGrants,
  checkSignIn,
  checkRegistryAccess,
  checkImageAccess,
  checkLocks,
  checkQuota,
]

/**
 * The one evaluator. Pure: no clock, no I/O, no randomness. What no grant allows is denied; so is what can't be
 * decided because a fact or a policy is missing.
 *
 * @param policies of every governing organization, in any order; those of others are ignored
 * @param now milliseconds since 1970
 */
export function decide(policies: readonly Policy[], question: Question, facts: Facts, now: number): Decision {
  const asking = ask(policies, question, facts, now)
  const findings = CHECKS.flatMap((check) => check(asking))
  const reported = denialsOf(findings, 'reported')
  const [because, ...also] = denialsOf(findings, 'denied')
  if (because !== undefined) return { type: 'deny', because, also, reported }
  return {
    type: 'allow',
    by: findings.flatMap((found) => (found.type === 'allowed' ? [found.by] : [])),
    reported,
  }
}

/** Organizations in the order of their ids: no outcome may hang on the order they came in. */
export function ask(policies: readonly Policy[], question: Question, facts: Facts, now: number): Asking {
  const governing = [...new Set([...facts.governing, ...ownOrganization(question)])].sort()
  const applying = governing.flatMap((id) => policies.filter(({ organization }) => organization === id))
  return { question, facts, now, governing, policies: applying }
}

function ownOrganization({ resource }: Question): readonly OrganizationId[] {
  return 'organization' in resource ? [resource.organization] : []
}

function denialsOf(findings: readonly Finding[], type: 'denied' | 'reported'): readonly Denial[] {
  return findings.flatMap((found) => (found.type === type ? [found.denial] : []))
}

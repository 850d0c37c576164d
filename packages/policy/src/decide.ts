import type { Decision, Question } from './decision.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy.ts'

/**
 * The one evaluator. Pure: no clock, no I/O, no randomness.
 *
 * @param policies of every governing organization, in any order; those of others are ignored
 * @param now milliseconds since 1970
 */
export function decide(
  _policies: readonly Policy[],
  _question: Question,
  _facts: Facts,
  _now: number,
): Decision {
  return { type: 'deny', because: { type: 'ungoverned' }, also: [], reported: [] }
}

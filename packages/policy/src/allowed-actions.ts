import { REPOSITORY_ACTIONS, type RepositoryAction } from './action.ts'
import { decide } from './decide.ts'
import type { Question } from './decision.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy.ts'

/**
 * What of a repository's five actions is allowed, grants and policies and locks together: for tokens that another
 * registry verifies by itself, where nobody asks us again.
 */
export function allowedActions(
  policies: readonly Policy[],
  about: Omit<Question, 'action'>,
  facts: Facts,
  now: number,
): readonly RepositoryAction[] {
  return REPOSITORY_ACTIONS.filter(
    (action) => decide(policies, { ...about, action }, facts, now).type === 'allow',
  )
}

import type { Denial, Question } from './decision.ts'
import type { OrganizationId } from './ids.ts'

/** What people call the ids in a decision. */
export type Names = {
  /** The decision's id, e.g. `7f3k2m9q`. */
  readonly decision: string
  /** The credential's label or login name; for a session the user's name. Unused for anonymous. */
  readonly credential: string
  readonly organization: (id: OrganizationId) => string | undefined
}

/** One line for a terminal: what happened, why, what to do next, and the decision's id at the end. */
export function explain(denial: Denial, _question: Question, names: Names): string {
  return `${denial.type} (decision ${names.decision})`
}

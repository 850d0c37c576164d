import type { Denial, Question, Reason } from './decision.ts'
import type { Facts } from './facts.ts'
import type { OrganizationId } from './ids.ts'
import type { PolicyMode } from './policy-mode.ts'
import type { Policy } from './policy.ts'

/** One question with all that its checks look at. */
export type Asking = {
  readonly question: Question
  readonly facts: Facts
  readonly now: number
  /** In the order of ids, each once; a repository's own organization is among them. */
  readonly governing: readonly OrganizationId[]
  /** Of those of them that have one. */
  readonly policies: readonly Policy[]
}

/** What a check has to say; a check with nothing to say finds nothing. */
export type Finding =
  | { readonly type: 'allowed'; readonly by: Reason }
  | { readonly type: 'denied'; readonly denial: Denial }
  | { readonly type: 'reported'; readonly denial: Denial }

/** Looks at one aspect of a question. */
export type Check = (asking: Asking) => readonly Finding[]

export const NOTHING: readonly Finding[] = []

export const allowed = (by: Reason): Finding => ({ type: 'allowed', by })
export const denied = (denial: Denial): Finding => ({ type: 'denied', denial })

/** A policy's no: in report mode it is only told. */
export function refused(mode: PolicyMode, denial: Denial): Finding {
  return { type: mode === 'enforce' ? 'denied' : 'reported', denial }
}

import type { RuleId } from './ids.ts'

/** What all rules have. */
export type Rule = {
  readonly id: RuleId
  readonly effect: 'allow' | 'deny'
  readonly until?: number | undefined
}

/** Whether the rule still holds; `until` is the first moment when it doesn't. */
export function isLive({ until }: Pick<Rule, 'until'>, now: number): boolean {
  return until === undefined || now < until
}

/** Of all rules with this effect the first by id: which one it is must not hang on their order. */
export function deciding<Some extends Rule>(
  rules: readonly Some[],
  effect: Rule['effect'],
): Some | undefined {
  return rules
    .filter((rule) => rule.effect === effect)
    .reduce<Some | undefined>(
      (first, rule) => (first === undefined || rule.id < first.id ? rule : first),
      undefined,
    )
}

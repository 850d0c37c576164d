import { z } from 'zod'
import { DecisionId, Timestamp } from './names.ts'
import { ACCESS } from './access.ts'
import { procedure } from './procedure.ts'

/** One reason of a decision, with the rule that gave it. */
export const DecisionReason = z.object({
  type: z.string(),
  rule: z.string().nullable(),
  organization: z.string().nullable().describe('whose rule it is'),
  text: z.string(),
})

export const DecisionExplanation = z.object({
  id: DecisionId,
  outcome: z.enum(['allow', 'deny']),
  message: z.string().describe('the one line that the client printed'),
  reasons: z.array(DecisionReason).describe('the first decided; the others would have as well'),
  reported: z.array(DecisionReason).describe('rules in report mode that would have refused'),
  advice: z.string().describe('what to do next, and whom to ask'),
  principal: z.string(),
  action: z.string(),
  resource: z.string(),
  point: z.string().describe('where it was applied: registry, gateway, token service, …'),
  firstAt: Timestamp,
  lastAt: Timestamp,
  count: z.number().int().min(1).describe('the same question within the hour counts here'),
})
export type DecisionExplanation = z.infer<typeof DecisionExplanation>

export const decision = {
  explain: procedure({
    method: 'GET',
    path: '/decisions/{decision}',
    operationId: 'decision_explain',
    tag: 'decisions',
    summary: 'Explain a refusal by the id in its message',
    description:
      'Answers whom it was about, and the owners and auditors of the organization that decided; `not_found` to all others.',
    access: ACCESS.signedIn,
  })
    .input(z.object({ decision: DecisionId }))
    .output(DecisionExplanation),
}

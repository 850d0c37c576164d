import { z } from 'zod'
import { ACCESS, needs } from './access.ts'
import { CredentialId, Timestamp } from './names.ts'
import { procedure } from './procedure.ts'
import { IssuedToken } from './token.ts'

const HOUR = 3_600

export function overlapOf(most: number) {
  return z
    .int()
    .min(0)
    .max(most)
    .default(600)
    .describe('seconds for which the secret before, and logins made with it, go on')
}

/** The new secret is shown in this answer, and never again. */
export const ReplacedSecret = IssuedToken.extend({
  previousUntil: Timestamp.describe('when the secret before it ends'),
})
export type ReplacedSecret = z.infer<typeof ReplacedSecret>

export const tokenSecret = {
  renew: procedure({
    method: 'POST',
    path: '/tokens/current/renewals',
    operationId: 'token_renew',
    tag: 'tokens',
    summary: 'Get a new secret for the very token that asks',
    description:
      'Only for tokens that were made renewable. The new secret may do the same and ends at the same time; the old one goes on for the overlap. Not while an earlier one still does.',
    access: ACCESS.signedIn,
    successStatus: 201,
  })
    .input(z.object({ overlapSeconds: overlapOf(HOUR) }))
    .output(ReplacedSecret),

  rotate: procedure({
    method: 'POST',
    path: '/tokens/{token}/rotations',
    operationId: 'token_rotate',
    tag: 'tokens',
    summary: 'Give a personal or organization access token a new secret, without a break',
    description: 'With `overlapSeconds: 0` the old secret and all that was issued by it end at once.',
    access: needs('token/edit', 'token'),
    successStatus: 201,
  })
    .input(z.object({ token: CredentialId, overlapSeconds: overlapOf(24 * HOUR) }))
    .output(ReplacedSecret),
}

/**
 * Management tokens: what Azure's clients get for a service principal's secret, and send as `Bearer` to what stands in for
 * Azure Resource Manager. A name for a credential and its version, checked live at each use, as refresh tokens are; good at
 * the server's own host and at its organizations' hosts alike, because such clients ask at the one and go to the other.
 * Signed by keys of their own, with a type, issuer and audience no other family has.
 */
import { error, ok, type Result } from '@wharden/oci'
import { z } from 'zod'
import { declaredType, signCompact, verifyCompact } from './jws.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'
import { checkTimes } from './token-times.ts'

export type ManagementClaims = {
  /** Whom it was given to, for people and logs. */
  readonly subject: string
  readonly credential: string
  readonly version: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Tells two tokens of one second apart. */
  readonly id: string
}

const TYPE = 'whd-management+jwt'

const payloadSchema = z.object({
  iss: z.string().min(1),
  sub: z.string(),
  aud: z.string().min(1),
  exp: z.int().nonnegative(),
  iat: z.int().nonnegative(),
  jti: z.string().min(1),
  whd: z.object({ credential: z.string().min(1), version: z.int().nonnegative() }),
})

/** Whether it says that it is one; what it is worth, `verifyManagementToken` tells. */
export function isManagementToken(token: string): boolean {
  return declaredType(token) === TYPE
}

/** `issuer` is the installation's, who is its audience, too. */
export function signManagementToken(
  key: SigningKey<'management'>,
  issuer: string,
  { subject, credential, version, issuedAt, expiresAt, id }: ManagementClaims,
): string {
  return signCompact(key, TYPE, {
    iss: nameOf(issuer),
    sub: subject,
    aud: nameOf(issuer),
    exp: Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
    jti: id,
    whd: { credential, version },
  })
}

/** `now` in milliseconds since 1970. Whether credential and version still stand is for the caller to ask. */
export function verifyManagementToken(
  keys: KeySet<'management'>,
  token: string,
  issuer: string,
  now: number,
): Result<ManagementClaims, TokenProblem> {
  const verified = verifyCompact(keys, TYPE, token)
  if (verified.type === 'error') return verified
  const read = payloadSchema.safeParse(verified.value.payload)
  if (!read.success) return error({ type: 'wrong-claims' })
  const { iss, aud, sub, exp, iat, jti, whd } = read.data
  if (iss !== nameOf(issuer)) return error({ type: 'wrong-issuer' })
  if (aud !== nameOf(issuer)) return error({ type: 'wrong-audience' })
  const problem = checkTimes(read.data, now)
  if (problem !== undefined) return error(problem)
  return ok({ subject: sub, ...whd, issuedAt: iat * 1000, expiresAt: exp * 1000, id: jti })
}

function nameOf(issuer: string): string {
  return `management:${issuer}`
}

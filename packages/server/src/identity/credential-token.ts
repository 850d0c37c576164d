/**
 * A name for a credential and its version, signed: what refresh and management tokens are. Both are checked live at each use, so
 * there is nothing to store, and revoking the credential ends them.
 */
import { error, ok, type Result } from '@wharden/oci'
import { z } from 'zod'
import { signCompact, verifyCompact } from './jws.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'
import { checkTimes } from './token-times.ts'

/** What a family of tokens says of itself, and no other does. */
export type CredentialTokenNames = {
  readonly type: string
  readonly issuer: string
  readonly audience: string
}

export type IssuedClaims = {
  /** Whom it was given to, for people and logs. */
  readonly subject: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Tells two tokens of one second apart. */
  readonly id: string
}

const payloadSchema = z.object({
  iss: z.string().min(1),
  sub: z.string(),
  aud: z.string().min(1),
  exp: z.int().nonnegative(),
  iat: z.int().nonnegative(),
  jti: z.string().min(1),
  whd: z.unknown(),
})

/** What every family says of the credential. */
export const CREDENTIAL_SHAPE = { credential: z.string().min(1), version: z.int().nonnegative() }

/** `own`: what the family says besides. */
export function signCredentialToken(
  key: SigningKey,
  { type, issuer, audience }: CredentialTokenNames,
  { subject, issuedAt, expiresAt, id }: IssuedClaims,
  own: object,
): string {
  return signCompact(key, type, {
    iss: issuer,
    sub: subject,
    aud: audience,
    exp: Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
    jti: id,
    whd: own,
  })
}

/** `now` in milliseconds since 1970. Whether credential and version still stand is for the caller to ask. */
export function verifyCredentialToken<Own extends object>(
  keys: KeySet,
  { type, issuer, audience }: CredentialTokenNames,
  own: z.ZodType<Own>,
  token: string,
  now: number,
): Result<IssuedClaims & Own, TokenProblem> {
  const verified = verifyCompact(keys, type, token)
  if (verified.type === 'error') return verified
  const read = payloadSchema.safeParse(verified.value.payload)
  const said = own.safeParse(read.data?.whd)
  if (!read.success || !said.success) return error({ type: 'wrong-claims' })
  const { iss, aud, sub, exp, iat, jti } = read.data
  if (iss !== issuer) return error({ type: 'wrong-issuer' })
  if (aud !== audience) return error({ type: 'wrong-audience' })
  const problem = checkTimes(read.data, now)
  if (problem !== undefined) return error(problem)
  return ok({ subject: sub, ...said.data, issuedAt: iat * 1000, expiresAt: exp * 1000, id: jti })
}

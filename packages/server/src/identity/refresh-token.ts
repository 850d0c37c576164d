/**
 * Refresh tokens: what `docker login` keeps in place of a password where a client can. A name for a credential
 * and its version, checked live at each use, so there is nothing to store and revoking the credential ends them.
 * Signed by keys of their own, with a type, issuer and audience no other family has.
 */
import { error, ok, type Result } from '@wharden/oci'
import { z } from 'zod'
import { signCompact, verifyCompact } from './jws.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'
import { checkTimes } from './token-times.ts'

export type RefreshClaims = {
  /** Whom it was given to, for people and logs. */
  readonly subject: string
  readonly credential: string
  readonly version: number
  /** The mark of the password it was issued by, where its credential has several. */
  readonly password?: string | undefined
  readonly site: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** Tells two tokens of one second apart. */
  readonly id: string
}

/** Where it may be used; taken from the called site, never from the request. */
export type RefreshTokenExpectation = {
  readonly issuer: string
  /** The `service` it was asked for: it is good for that one alone. */
  readonly service: string
  readonly site: string
}

const TYPE = 'whd-refresh+jwt'

const payloadSchema = z.object({
  iss: z.string().min(1),
  sub: z.string(),
  aud: z.string().min(1),
  exp: z.int().nonnegative(),
  iat: z.int().nonnegative(),
  jti: z.string().min(1),
  whd: z.object({
    credential: z.string().min(1),
    version: z.int().nonnegative(),
    password: z.string().min(1).optional(),
    site: z.string().min(1),
  }),
})

export function signRefreshToken(
  key: SigningKey<'refresh'>,
  expectation: RefreshTokenExpectation,
  claims: RefreshClaims,
): string {
  return signCompact(key, TYPE, {
    iss: issuerOf(expectation),
    sub: claims.subject,
    aud: audienceOf(expectation),
    exp: Math.floor(claims.expiresAt / 1000),
    iat: Math.floor(claims.issuedAt / 1000),
    jti: claims.id,
    whd: {
      credential: claims.credential,
      version: claims.version,
      ...(claims.password !== undefined && { password: claims.password }),
      site: claims.site,
    },
  })
}

/** `now` in milliseconds since 1970. Whether credential and version still stand is for the caller to ask. */
export function verifyRefreshToken(
  keys: KeySet<'refresh'>,
  token: string,
  expected: RefreshTokenExpectation,
  now: number,
): Result<RefreshClaims, TokenProblem> {
  const verified = verifyCompact(keys, TYPE, token)
  if (verified.type === 'error') return verified
  const read = payloadSchema.safeParse(verified.value.payload)
  if (!read.success) return error({ type: 'wrong-claims' })
  const { iss, aud, whd } = read.data
  if (iss !== issuerOf(expected)) return error({ type: 'wrong-issuer' })
  if (aud !== audienceOf(expected)) return error({ type: 'wrong-audience' })
  if (whd.site !== expected.site) return error({ type: 'wrong-site' })
  const problem = checkTimes(read.data, now)
  return problem === undefined ? ok(claimsOf(read.data)) : error(problem)
}

function claimsOf(payload: z.infer<typeof payloadSchema>): RefreshClaims {
  const { sub, exp, iat, jti, whd } = payload
  return { subject: sub, ...whd, issuedAt: iat * 1000, expiresAt: exp * 1000, id: jti }
}

function issuerOf(expectation: RefreshTokenExpectation): string {
  return `refresh:${expectation.issuer}`
}

function audienceOf(expectation: RefreshTokenExpectation): string {
  return `refresh:${expectation.service}`
}

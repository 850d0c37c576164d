/**
 * Refresh tokens: what `docker login` keeps in place of a password where a client can. Signed by keys of their own, with a
 * type, issuer and audience no other family has.
 */
import { error, type Result } from '@wharden/oci'
import { z } from 'zod'
import {
  CREDENTIAL_SHAPE,
  signCredentialToken,
  verifyCredentialToken,
  type CredentialTokenNames,
  type IssuedClaims,
} from './credential-token.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'

export type RefreshClaims = IssuedClaims & {
  readonly credential: string
  readonly version: number
  /** The mark of the password it was issued by, where its credential has several. */
  readonly password?: string | undefined
  readonly site: string
}

/** Where it may be used; taken from the called site, never from the request. */
export type RefreshTokenExpectation = {
  readonly issuer: string
  /** The `service` it was asked for: it is good for that one alone. */
  readonly service: string
  readonly site: string
}

const ownSchema = z.object({
  ...CREDENTIAL_SHAPE,
  password: z.string().min(1).optional(),
  site: z.string().min(1),
})

export function signRefreshToken(
  key: SigningKey<'refresh'>,
  expectation: RefreshTokenExpectation,
  { credential, version, password, site, ...issued }: RefreshClaims,
): string {
  const own = { credential, version, ...(password !== undefined && { password }), site }
  return signCredentialToken(key, namesOf(expectation), issued, own)
}

/** `now` in milliseconds since 1970. Whether credential and version still stand is for the caller to ask. */
export function verifyRefreshToken(
  keys: KeySet<'refresh'>,
  token: string,
  expected: RefreshTokenExpectation,
  now: number,
): Result<RefreshClaims, TokenProblem> {
  const verified = verifyCredentialToken(keys, namesOf(expected), ownSchema, token, now)
  if (verified.type === 'error' || verified.value.site === expected.site) return verified
  return error({ type: 'wrong-site' })
}

function namesOf({ issuer, service }: RefreshTokenExpectation): CredentialTokenNames {
  return { type: 'whd-refresh+jwt', issuer: `refresh:${issuer}`, audience: `refresh:${service}` }
}

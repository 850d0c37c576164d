/**
 * Management tokens: what Azure's clients get for a service principal's secret, and send as `Bearer` to what stands in for
 * Azure Resource Manager. Good at the server's own host and at its organizations' hosts alike, because such clients ask at the
 * one and go to the other. Signed by keys of their own, with a type, issuer and audience no other family has.
 */
import type { Result } from '@wharden/oci'
import { z } from 'zod'
import {
  CREDENTIAL_SHAPE,
  signCredentialToken,
  verifyCredentialToken,
  type CredentialTokenNames,
  type IssuedClaims,
} from './credential-token.ts'
import { declaredType } from './jws.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'

export type ManagementClaims = IssuedClaims & { readonly credential: string; readonly version: number }

const TYPE = 'whd-management+jwt'

const ownSchema = z.object(CREDENTIAL_SHAPE)

/** Whether it says that it is one; what it is worth, `verifyManagementToken` tells. */
export function isManagementToken(token: string): boolean {
  return declaredType(token) === TYPE
}

/** `issuer` is the installation's, who is its audience, too. */
export function signManagementToken(
  key: SigningKey<'management'>,
  issuer: string,
  { credential, version, ...issued }: ManagementClaims,
): string {
  return signCredentialToken(key, namesOf(issuer), issued, { credential, version })
}

/** `now` in milliseconds since 1970. Whether credential and version still stand is for the caller to ask. */
export function verifyManagementToken(
  keys: KeySet<'management'>,
  token: string,
  issuer: string,
  now: number,
): Result<ManagementClaims, TokenProblem> {
  return verifyCredentialToken(keys, namesOf(issuer), ownSchema, token, now)
}

function namesOf(issuer: string): CredentialTokenNames {
  const name = `management:${issuer}`
  return { type: TYPE, issuer: name, audience: name }
}

/**
 * Access tokens: what a client brings to a registry after it has been to the token service. Minutes short.
 * Their `typ` is plain `JWT` because registries that verify by themselves know no other
 * (https://distribution.github.io/distribution/spec/auth/jwt/); all our other families have names of their own.
 */
import { error, ok, parseAccessClaims, type AccessClaims, type Result } from '@wharden/oci'
import { keyIdInStyle, type KeyIdStyle } from './key-id.ts'
import { signCompact, TOKEN_MAX_LENGTH, verifyCompact } from './jws.ts'
import type { KeySet, SigningKey } from './signing-key.ts'
import type { TokenProblem } from './token-problem.ts'
import { checkTimes } from './token-times.ts'

const TYPE = 'JWT'

/** What the called site demands; taken from the site, never from the request. */
export type AccessTokenExpectation = {
  readonly issuer: string
  readonly audience: string
  readonly site: string
}

/** `now` is in milliseconds since 1970. Whether the credential still stands is for the caller to ask, at each request. */
export type AccessTokenVerifier = (
  token: string,
  expected: AccessTokenExpectation,
  now: number,
) => Result<AccessClaims, TokenProblem>

export type AccessTokenCacheSize = {
  readonly tokens: number
  readonly characters: number
}

const CACHE_SIZE: AccessTokenCacheSize = { tokens: 10_000, characters: 16 * 1024 * 1024 }

/** A token for a registry; `style` is how that registry names keys (`libtrust` for Distribution 2, else a thumbprint). */
export function signAccessToken(
  key: SigningKey<'access'>,
  claims: AccessClaims,
  style: KeyIdStyle = 'thumbprint',
): string {
  return signCompact(key, TYPE, claims, keyIdInStyle(key, style))
}

/**
 * Verifies access tokens, each signature once: what was verified is kept by its whole text, bounded by number and by length,
 * and looked up again while the key is trusted. Times, issuer, audience and site are checked at every call.
 * Tokens that fail are never kept, so that no flood of them costs memory.
 */
export function accessTokenVerifier(
  keys: () => KeySet<'access'>,
  size: AccessTokenCacheSize = CACHE_SIZE,
): AccessTokenVerifier {
  const cache = tokenCache(size)
  return (token, expected, now) => {
    const trusted = keys()
    const kept = cache.get(token)
    const verified =
      kept !== undefined && trusted.verifying.has(kept.kid) ? kept : verifySignature(trusted, token)
    if ('error' in verified) return verified
    if (verified !== kept) cache.set(token, verified)
    const problem = checkClaims(verified.result.value, expected, now)
    return problem === undefined ? verified.result : error(problem)
  }
}

type Verified = {
  readonly kid: string
  readonly result: { readonly type: 'ok'; readonly value: AccessClaims }
}
type Refused = { readonly type: 'error'; readonly error: TokenProblem }

function verifySignature(keys: KeySet<'access'>, token: string): Verified | Refused {
  const verified = verifyCompact(keys, TYPE, token)
  if (verified.type === 'error') return verified
  const claims = parseAccessClaims(verified.value.payload)
  if (claims === undefined) return error({ type: 'wrong-claims' })
  return { kid: verified.value.kid, result: ok(claims) }
}

function checkClaims(
  claims: AccessClaims,
  expected: AccessTokenExpectation,
  now: number,
): TokenProblem | undefined {
  if (claims.iss !== expected.issuer) return { type: 'wrong-issuer' }
  if (claims.aud !== expected.audience) return { type: 'wrong-audience' }
  if (claims.whd.site !== expected.site) return { type: 'wrong-site' }
  return checkTimes(claims, now)
}

type TokenCache = {
  get(token: string): Verified | undefined
  set(token: string, verified: Verified): void
}

/** What was used last is kept longest. */
function tokenCache(size: AccessTokenCacheSize): TokenCache {
  const kept = new Map<string, Verified>()
  let characters = 0
  const drop = (token: string): void => {
    if (kept.delete(token)) characters -= token.length
  }
  return {
    get(token) {
      if (token.length > TOKEN_MAX_LENGTH) return undefined
      const found = kept.get(token)
      if (found === undefined) return undefined
      kept.delete(token) // and in again, at the end
      kept.set(token, found)
      return found
    },
    set(token, verified) {
      drop(token)
      kept.set(token, verified)
      characters += token.length
      for (const oldest of kept.keys()) {
        if (kept.size <= size.tokens && characters <= size.characters) break
        drop(oldest)
      }
    },
  }
}

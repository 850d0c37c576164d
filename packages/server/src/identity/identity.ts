/**
 * Proofs of who, put together: what operations sign and verify with. Issuer and lifetimes are fixed here, so that no
 * caller can mix up two families of tokens.
 */
import { randomUUID } from 'node:crypto'
import type { AccessClaims, Dialect, Result, Scope } from '@wharden/oci'
import { accessTokenVerifier, signAccessToken } from './access-token.ts'
import { atMostEvery } from './at-most-every.ts'
import { signAuditHead, type AuditHead } from './audit-head.ts'
import { toJwks, type Jwks } from './jwks.ts'
import type { KeyIdStyle } from './key-id.ts'
import { signRefreshToken, verifyRefreshToken, type RefreshClaims } from './refresh-token.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { TokenProblem } from './token-problem.ts'

export type AccessTokenWish = {
  readonly subject: string
  readonly audience: string
  readonly access: readonly Scope[]
  readonly credential: string
  readonly version: number
  readonly site: string
  readonly asked: readonly Scope[]
  /** Seconds. */
  readonly expiresIn: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly style?: KeyIdStyle
  readonly dialect?: Dialect
}

export type RefreshTokenWish = {
  readonly subject: string
  readonly credential: string
  readonly version: number
  readonly site: string
  readonly now: number
}

export type Identity = {
  readonly issuer: string
  readonly accessTokens: {
    readonly sign: (wish: AccessTokenWish) => string
    readonly verify: (
      token: string,
      at: { readonly site: string; readonly now: number },
    ) => Result<AccessClaims, TokenProblem>
  }
  readonly refreshTokens: {
    readonly sign: (wish: RefreshTokenWish) => string
    readonly verify: (
      token: string,
      at: { readonly site: string; readonly now: number },
    ) => Result<RefreshClaims, TokenProblem>
  }
  /** A compact JWS; see `audit-head.ts`. `now` in milliseconds since 1970. */
  readonly signAuditHead: (head: AuditHead, now: number) => string
  /** What guarded registries verify with. */
  readonly jwks: (style?: KeyIdStyle) => Jwks
  readonly accessKeys: SigningKeys<'access'>
  readonly refreshKeys: SigningKeys<'refresh'>
  /** Reads the keys again, because a token names one that isn't known here. @returns false: it was done a moment ago */
  readonly refetchKeys: () => Promise<boolean>
}

/**
 * A login lives this long from when it was made; using it doesn't prolong it. Its credential is asked about at each use,
 * so the bound is there for the keys: what signed it must be trusted as long.
 */
export const REFRESH_TOKEN_SECONDS = 90 * 86_400

const REFETCH_MILLISECONDS = 1_000

export function createIdentity(
  issuer: string,
  accessKeys: SigningKeys<'access'>,
  refreshKeys: SigningKeys<'refresh'>,
): Identity {
  const verifyAccess = accessTokenVerifier(() => accessKeys.current())
  return {
    issuer,
    accessKeys,
    refreshKeys,
    refetchKeys: atMostEvery(REFETCH_MILLISECONDS, () =>
      Promise.all([accessKeys.reload(), refreshKeys.reload()]),
    ),
    signAuditHead: (head, now) => signAuditHead(accessKeys.current().signing, issuer, head, now),
    jwks: (style) => toJwks(accessKeys.current(), style),
    accessTokens: {
      sign: (wish) => signAccessToken(accessKeys.current().signing, claimsOf(issuer, wish), wish.style),
      verify: (token, { site, now }) => verifyAccess(token, { issuer, audience: site, site }, now),
    },
    refreshTokens: {
      sign: ({ now, ...wish }) =>
        signRefreshToken(
          refreshKeys.current().signing,
          { issuer, service: wish.site, site: wish.site },
          { ...wish, issuedAt: now, expiresAt: now + REFRESH_TOKEN_SECONDS * 1_000, id: randomUUID() },
        ),
      verify: (token, { site, now }) =>
        verifyRefreshToken(refreshKeys.current(), token, { issuer, service: site, site }, now),
    },
  }
}

function claimsOf(issuer: string, wish: AccessTokenWish): AccessClaims {
  const now = Math.floor(wish.now / 1_000)
  const { credential, version, site, asked, dialect } = wish
  return {
    iss: issuer,
    sub: wish.subject,
    aud: wish.audience,
    exp: now + wish.expiresIn,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    access: wish.access,
    whd: { credential, version, site, asked, ...(dialect !== undefined && { dialect }) },
  }
}

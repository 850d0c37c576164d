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
import { signManagementToken, verifyManagementToken, type ManagementClaims } from './management-token.ts'
import { signRefreshToken, verifyRefreshToken, type RefreshClaims } from './refresh-token.ts'
import type { TokenFamily } from './signing-key.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { TokenProblem } from './token-problem.ts'

export type AccessTokenWish = {
  readonly subject: string
  readonly audience: string
  readonly access: readonly Scope[]
  readonly credential: string
  readonly version: number
  readonly password?: string | undefined
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
  readonly password?: string | undefined
  readonly site: string
  readonly now: number
}

/** Good at every site of the installation, so it names none. */
export type ManagementTokenWish = Omit<RefreshTokenWish, 'site' | 'password'>

export type IdentityKeys = { readonly [Family in TokenFamily]: SigningKeys<Family> }

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
  readonly managementTokens: {
    readonly sign: (wish: ManagementTokenWish) => string
    readonly verify: (token: string, at: { readonly now: number }) => Result<ManagementClaims, TokenProblem>
  }
  /** A compact JWS; see `audit-head.ts`. `now` in milliseconds since 1970. */
  readonly signAuditHead: (head: AuditHead, now: number) => string
  /** What guarded registries verify with. */
  readonly jwks: (style?: KeyIdStyle) => Jwks
  readonly keys: IdentityKeys
  /** Reads the keys again, because a token names one that isn't known here. @returns false: it was done a moment ago */
  readonly refetchKeys: () => Promise<boolean>
}

/**
 * A login lives this long from when it was made; using it doesn't prolong it. Its credential is asked about at each use,
 * so the bound is there for the keys: what signed it must be trusted as long.
 */
export const REFRESH_TOKEN_SECONDS = 90 * 86_400

/** As long as Azure's clients expect one to live; they get themselves another with the secret they keep. */
export const MANAGEMENT_TOKEN_SECONDS = 3_600

const REFETCH_MILLISECONDS = 1_000

export function createIdentity(issuer: string, keys: IdentityKeys): Identity {
  const { access, refresh, management } = keys
  const verifyAccess = accessTokenVerifier(() => access.current())
  return {
    issuer,
    keys,
    refetchKeys: atMostEvery(REFETCH_MILLISECONDS, () => reloadKeys(keys)),
    signAuditHead: (head, now) => signAuditHead(access.current().signing, issuer, head, now),
    jwks: (style) => toJwks(access.current(), style),
    accessTokens: {
      sign: (wish) => signAccessToken(access.current().signing, claimsOf(issuer, wish), wish.style),
      verify: (token, { site, now }) => verifyAccess(token, { issuer, audience: site, site }, now),
    },
    refreshTokens: {
      sign: ({ now, ...wish }) =>
        signRefreshToken(
          refresh.current().signing,
          { issuer, service: wish.site, site: wish.site },
          { ...wish, issuedAt: now, expiresAt: now + REFRESH_TOKEN_SECONDS * 1_000, id: randomUUID() },
        ),
      verify: (token, { site, now }) =>
        verifyRefreshToken(refresh.current(), token, { issuer, service: site, site }, now),
    },
    managementTokens: {
      sign: ({ now, ...wish }) =>
        signManagementToken(management.current().signing, issuer, {
          ...wish,
          issuedAt: now,
          expiresAt: now + MANAGEMENT_TOKEN_SECONDS * 1_000,
          id: randomUUID(),
        }),
      verify: (token, { now }) => verifyManagementToken(management.current(), token, issuer, now),
    },
  }
}

/** Reads the keys of every family again. */
export async function reloadKeys(keys: IdentityKeys): Promise<void> {
  await Promise.all(Object.values(keys).map((family) => family.reload()))
}

function claimsOf(issuer: string, wish: AccessTokenWish): AccessClaims {
  const now = Math.floor(wish.now / 1_000)
  const { credential, version, password, site, asked, dialect } = wish
  return {
    iss: issuer,
    sub: wish.subject,
    aud: wish.audience,
    exp: now + wish.expiresIn,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    access: wish.access,
    whd: {
      credential,
      version,
      ...(password !== undefined && { password }),
      site,
      asked,
      ...(dialect !== undefined && { dialect }),
    },
  }
}

import { parseScopes, SCOPE_LIMIT, type Scope } from '@wharden/oci'
import type { CredentialId } from '@wharden/policy'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { looksLikeJwt } from '../identity/looks-like-jwt.ts'
import type { Secret } from '@wharden/system'
import { alive, authenticate, use, type NameAndSecret } from './authenticate.ts'
import type { Caller } from './caller.ts'
import { grantedScopes } from './granted-scopes.ts'
import { guardAccess } from './guard-access.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { holds, provenUnder } from './session-version.ts'
import { tokenIssued } from './take-down.ts'
import { verifyToken } from './verify-token.ts'

/** Who asks for a token: nobody, a name and a secret, or an earlier refresh token. */
export type Proof =
  | { readonly type: 'none' }
  | ({ readonly type: 'secret' } & NameAndSecret)
  | { readonly type: 'refresh'; readonly token: Secret }

export type TokenWish = {
  readonly proof: Proof
  /** The audience asked for; empty: this site. */
  readonly service: string
  /** As sent: each may hold several scopes. */
  readonly scopes: readonly string[]
  readonly wantsRefreshToken: boolean
  /** Whether the answer tells what of it is granted (OAuth2), or only what was asked. */
  readonly wantsGranted: boolean
}

export type IssuedToken = {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** What is granted now, where that is wanted or the token itself says it; else what was asked. */
  readonly scopes: readonly Scope[]
  /** Seconds. */
  readonly expiresIn: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
}

/** Registries that verify by themselves add 60 s of leeway: a revocation is complete within five minutes. */
const GUARDED_SECONDS = 240

/**
 * Issues a registry token. Asking for too much is never an error: for our own registry the token says what was asked, and
 * the registry tells at each request what of it is granted then; for others it says what is granted now.
 * @throws {AppError} `credential-invalid`, or `invalid` for a service that is not ours; `unavailable`
 */
export async function issueToken(house: House, context: Context, wish: TokenWish): Promise<IssuedToken> {
  requireConfirmed(house)
  const known = await prove(house, context, wish.proof)
  const asked = parseScopes(wish.scopes, SCOPE_LIMIT)
  const caller: Caller = {
    context,
    principal: known?.principal ?? { type: 'anonymous' },
    asked: 'everything',
  }
  const audience = await audienceOf(house, context, wish.service)
  const access = audience.type === 'guard' ? await guardAccess(house, caller, audience.guard, asked) : []
  const expiresIn = audience.type === 'guard' ? GUARDED_SECONDS : house.config.accessTokenSeconds
  const accessToken = house.identity.accessTokens.sign({
    subject: known === undefined ? '' : known.record.name,
    audience: audience.service,
    access,
    credential: known?.record.id ?? '',
    version: known?.record.sessionVersion ?? 0,
    site: context.site.authority,
    asked: audience.type === 'guard' ? [] : asked,
    expiresIn,
    now: context.now,
    // Distribution 2 knows keys by libtrust's names only; Distribution 3 by whatever the JWKS file says.
    ...(audience.type === 'guard' && { style: 'libtrust' as const }),
  })
  const refresh = wish.wantsRefreshToken && known !== undefined
  const told =
    wish.wantsGranted && audience.type === 'ours' ? await grantedScopes(house, caller, asked) : asked
  // Strangers get theirs in any number, and may do nothing with it that isn't taken down by itself.
  if (known !== undefined) house.recorder.happened(tokenIssued(caller, audience.service, asked))
  return {
    accessToken,
    refreshToken: refresh ? refreshFor(house, context, known) : undefined,
    scopes: audience.type === 'guard' ? access : told,
    expiresIn,
    issuedAt: context.now,
  }
}

async function prove(house: House, context: Context, proof: Proof): Promise<KnownCredential | undefined> {
  if (proof.type === 'none') return undefined
  // A refresh token may stand where a password is asked for, under any name (as Azure's does); an access token may not.
  if (proof.type === 'secret' && !looksLikeJwt(proof.secret.reveal()))
    return authenticate(house, context, proof)
  return redeem(house, context, proof.type === 'secret' ? proof.secret : proof.token)
}

/** Our signature proves that the secret was known once: the reason may be told. */
async function redeem(house: House, context: Context, token: Secret): Promise<KnownCredential> {
  const at = { site: context.site.authority, now: context.now }
  const verified = await verifyToken(house, () => house.identity.refreshTokens.verify(token.reveal(), at))
  if (verified.type === 'error') throw ended('this login is not valid here, or not any more')
  const { credential, version } = verified.value
  // The id was written into the token by us, and signed.
  const known = await house.caches.credentials.get(credential as CredentialId)
  if (known === undefined) throw ended('the token of this login was deleted')
  if (!holds(alive(context, known).record, version, context.now)) throw ended('this login was ended')
  return use(house, context, provenUnder(known, version))
}

function ended(what: string): AppError {
  return new AppError('credential-invalid', `${what}: log in again with a token`)
}

function refreshFor(house: House, context: Context, { record }: KnownCredential): string {
  return house.identity.refreshTokens.sign({
    subject: record.name,
    credential: record.id,
    version: record.sessionVersion,
    site: context.site.authority,
    now: context.now,
  })
}

async function audienceOf(house: House, context: Context, service: string) {
  if (service === '' || service === context.site.authority)
    return { type: 'ours', service: context.site.authority } as const
  const guard = await house.caches.guards.get(service)
  if (guard !== undefined) return { type: 'guard', service, guard } as const
  throw new AppError(
    'invalid',
    `tokens for the service \`${service.slice(0, 100)}\` are not issued here; \`wharden guard\` registers one`,
    { field: 'service' },
  )
}

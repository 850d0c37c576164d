import { parseScopes, SCOPE_LIMIT, singleLine, type Dialect, type Scope } from '@wharden/oci'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import type { Caller } from './caller.ts'
import { grantedScopes } from './granted-scopes.ts'
import { guardAccess } from './guard-access.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { prove, type Proof } from './prove.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { tokenIssued } from './take-down.ts'

export type TokenWish = {
  readonly proof: Proof
  /** The audience asked for; empty: this site. */
  readonly service: string
  /** As sent: each may hold several scopes. */
  readonly scopes: readonly string[]
  readonly wantsRefreshToken: boolean
  /** Whether the answer tells what of it is granted (OAuth2), or only what was asked. */
  readonly wantsGranted: boolean
  /** How its bearer is to be refused later. */
  readonly dialect?: Dialect
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
    password: known?.provenBy,
    site: context.site.authority,
    asked: audience.type === 'guard' ? [] : asked,
    expiresIn,
    now: context.now,
    ...(wish.dialect !== undefined && { dialect: wish.dialect }),
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

function refreshFor(house: House, context: Context, { record, provenBy }: KnownCredential): string {
  return house.identity.refreshTokens.sign({
    subject: record.name,
    credential: record.id,
    version: record.sessionVersion,
    password: provenBy,
    site: context.site.authority,
    now: context.now,
  })
}

/**
 * Trades a proof for a refresh token alone, as Azure's clients do before they ask for access.
 * @throws {AppError} `credential-invalid`, or `invalid` for a service that is not this site; `unavailable`
 */
export async function issueRefreshToken(
  house: House,
  context: Context,
  { proof, service }: Pick<TokenWish, 'proof' | 'service'>,
): Promise<string> {
  requireConfirmed(house)
  const known = await prove(house, context, proof)
  if (known === undefined) throw new AppError('credential-invalid', 'there is nothing here to exchange')
  if (service === '' || service === context.site.authority) return refreshFor(house, context, known)
  throw new AppError(
    'invalid',
    `\`service\` must be \`${context.site.authority}\`, the address that is asked`,
    {
      field: 'service',
    },
  )
}

async function audienceOf(house: House, context: Context, service: string) {
  if (service === '' || service === context.site.authority)
    return { type: 'ours', service: context.site.authority } as const
  const guard = await house.caches.guards.get(service)
  if (guard !== undefined) return { type: 'guard', service, guard } as const
  throw new AppError(
    'invalid',
    `tokens for the service \`${singleLine(service.slice(0, 100))}\` are not issued here; \`wharden guard\` registers one`,
    { field: 'service' },
  )
}

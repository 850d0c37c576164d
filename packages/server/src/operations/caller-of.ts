import type { CredentialId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { Context } from '../context.ts'
import type { NameAndSecret } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { prove } from './prove.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { holds } from './session-version.ts'
import { verifyToken } from './verify-token.ts'

/** What a request brings to prove who sends it (RFC 7617, RFC 6750). */
export type Authorization =
  | { readonly type: 'none' }
  | ({ readonly type: 'basic' } & NameAndSecret)
  | { readonly type: 'bearer'; readonly token: string }

/**
 * Who sends a registry request. A token is looked at twice: its signature once (then remembered until it expires), its
 * credential every time, so that revoking bites at once.
 * @throws {AppError} `credential-invalid`; `unavailable`
 */
export async function callerOf(
  house: House,
  context: Context,
  authorization: Authorization,
): Promise<Caller> {
  if (authorization.type !== 'none') requireConfirmed(house)
  switch (authorization.type) {
    case 'none':
      return { context, principal: { type: 'anonymous' }, asked: [] }
    case 'basic': {
      const known = await prove(house, context, { ...authorization, type: 'secret' })
      return { context, principal: known?.principal ?? { type: 'anonymous' }, asked: 'everything' }
    }
    case 'bearer':
      return bearer(house, context, authorization.token)
  }
}

async function bearer(house: House, context: Context, token: string): Promise<Caller> {
  const at = { site: context.site.authority, now: context.now }
  const verified = await verifyToken(house, () => house.identity.accessTokens.verify(token, at))
  if (verified.type === 'error')
    throw new AppError(
      'credential-invalid',
      'this token is not valid here, or not any more: ask for a new one',
    )
  const { credential, version, password, asked } = verified.value.whd
  if (credential === '') return { context, principal: { type: 'anonymous' }, asked }
  // The id was written into the token by us, and signed.
  const known = await house.caches.credentials.get(credential as CredentialId)
  if (known === undefined || !holds(known, { version, password }, context.now)) {
    throw new AppError(
      'credential-invalid',
      'the credential this token was made from was revoked or replaced: log in again',
    )
  }
  return { context, principal: known.principal, asked }
}

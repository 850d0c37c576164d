import type { CredentialId } from '@wharden/policy'
import type { Secret } from '@wharden/system'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { looksLikeJwt } from '../identity/looks-like-jwt.ts'
import { isManagementToken } from '../identity/management-token.ts'
import { alive, authenticate, authenticateSecret, use, type NameAndSecret } from './authenticate.ts'
import { knownByManagementToken } from './caller-of-management.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { endOfLogin, provenUnder } from './session-version.ts'
import { verifyToken } from './verify-token.ts'

/**
 * What shows who somebody is: nothing, a name and a secret, a secret or a management token by itself, or an earlier
 * refresh token.
 */
export type Proof =
  | { readonly type: 'none' }
  | ({ readonly type: 'secret' } & NameAndSecret)
  | { readonly type: 'bare-secret'; readonly secret: Secret }
  | { readonly type: 'refresh'; readonly token: Secret }

/**
 * Whose it is; `undefined` is nobody's. A refresh token may stand where a secret is asked for, under any name (as Azure's
 * does); an access token may not. By itself, to be exchanged, a management token may.
 * @throws {AppError} `credential-invalid`
 */
export async function prove(
  house: House,
  context: Context,
  proof: Proof,
): Promise<KnownCredential | undefined> {
  if (proof.type === 'none') return undefined
  if (proof.type === 'refresh') return redeem(house, context, proof.token)
  const text = proof.secret.reveal()
  if (proof.type === 'bare-secret' && isManagementToken(text))
    return knownByManagementToken(house, context, text)
  if (looksLikeJwt(text)) return redeem(house, context, proof.secret)
  return proof.type === 'secret'
    ? authenticate(house, context, proof)
    : withoutName(await authenticateSecret(house, context, proof.secret))
}

function withoutName(known: KnownCredential): KnownCredential {
  if (known.record.kind !== 'session') return known
  throw new AppError(
    'credential-invalid',
    'a session is for the administration API: use a personal, organization or registry token',
  )
}

/** Our signature proves that the secret was known once: the reason may be told. */
async function redeem(house: House, context: Context, token: Secret): Promise<KnownCredential> {
  const at = { site: context.site.authority, now: context.now }
  const verified = await verifyToken(house, () => house.identity.refreshTokens.verify(token.reveal(), at))
  if (verified.type === 'error') {
    const isAccess = house.identity.accessTokens.verify(token.reveal(), at).type === 'ok'
    throw ended(isAccess ? 'an access token is no password' : 'this login is not valid here, or not any more')
  }
  const { credential, ...proven } = verified.value
  // The id was written into the token by us, and signed.
  const known = await house.caches.credentials.get(credential as CredentialId)
  if (known === undefined) throw ended('the token of this login was deleted')
  const end = endOfLogin(alive(context, known), proven, context.now)
  if (end !== undefined) throw ended(end)
  return use(house, context, provenUnder(known, proven))
}

function ended(what: string): AppError {
  return new AppError('credential-invalid', `${what}: log in again with a token`)
}

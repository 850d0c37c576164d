import type { CredentialId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { Context } from '../context.ts'
import { alive, use } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { KnownCredential } from './known-credential.ts'
import { requireAddress } from './require-address.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { holds, provenUnder } from './session-version.ts'
import { verifyToken } from './verify-token.ts'

/**
 * Who sends a request for the management of an organization in Azure's way; its credential is looked at every time, so that
 * revoking bites at once.
 * @throws {AppError} `credential-invalid`; `denied` from an address it isn't bound to; `unavailable`
 */
export async function callerOfManagement(house: House, context: Context, token: string): Promise<Caller> {
  requireConfirmed(house)
  const { principal } = await knownByManagementToken(house, context, token)
  const caller: Caller = { context, principal, asked: 'everything' }
  await requireAddress(house, caller)
  return caller
}

/** Whose management token it is, if it still holds. @throws {AppError} `credential-invalid` */
export async function knownByManagementToken(
  house: House,
  context: Context,
  token: string,
): Promise<KnownCredential> {
  const verified = await verifyToken(house, () => house.identity.managementTokens.verify(token, context))
  if (verified.type === 'error') throw ended('this sign-in is not valid here, or not any more')
  const { credential, ...proven } = verified.value
  // The id was written into the token by us, and signed.
  const known = await house.caches.credentials.get(credential as CredentialId)
  if (known === undefined) throw ended('the service principal of this sign-in was deleted')
  if (!holds(alive(context, known), proven, context.now)) throw ended('this sign-in was ended')
  return use(house, context, provenUnder(known, proven))
}

function ended(what: string): AppError {
  return new AppError('credential-invalid', `${what}: run \`az login --service-principal\` again`)
}

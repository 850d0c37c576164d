import type { Secret } from '@wharden/system'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { MANAGEMENT_TOKEN_SECONDS } from '../identity/identity.ts'
import { parseSecret } from '../identity/secret.ts'
import { authenticate } from './authenticate.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { requireAddress } from './require-address.ts'
import { requireConfirmed } from './require-confirmed.ts'
import { tokenIssued } from './take-down.ts'

export type ManagementToken = {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
}

/**
 * What a service principal signs in with, as Azure's clients do: a token for the management of its organization.
 * @param wish `clientId` is the service principal's id
 * @throws {AppError} `credential-invalid`; `denied` from an address it isn't bound to; `unavailable`
 */
export async function issueManagementToken(
  house: House,
  context: Context,
  { clientId, secret }: { readonly clientId: string; readonly secret: Secret },
): Promise<ManagementToken> {
  requireConfirmed(house)
  // Their secrets say what they are.
  if (parseSecret(secret.reveal())?.kind !== 'spn') {
    throw new AppError(
      'credential-invalid',
      'only service principals sign in here: make one with `wharden service-principal create`, and use its client id and secret',
    )
  }
  const { record, principal } = await authenticate(house, context, { name: clientId.toLowerCase(), secret })
  const caller: Caller = { context, principal, asked: 'everything' }
  await requireAddress(house, caller)
  const accessToken = house.identity.managementTokens.sign({
    subject: record.name,
    credential: record.id,
    version: record.sessionVersion,
    now: context.now,
  })
  house.recorder.happened(tokenIssued(caller, 'management', []))
  return { accessToken, expiresIn: MANAGEMENT_TOKEN_SECONDS }
}

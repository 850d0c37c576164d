import type { Secret } from '@wharden/system'
import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { MANAGEMENT_TOKEN_SECONDS } from '../identity/identity.ts'
import { authenticate } from './authenticate.ts'
import type { House } from './house.ts'
import { requireAddress } from './require-address.ts'
import { requireConfirmed } from './require-confirmed.ts'

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
  const { record, principal } = await authenticate(house, context, { name: clientId.toLowerCase(), secret })
  if (record.kind !== 'service-principal') {
    throw new AppError(
      'credential-invalid',
      'only service principals sign in here: make one with `wharden service-principal create`, and use its client id and secret',
    )
  }
  await requireAddress(house, { context, principal, asked: 'everything' })
  const accessToken = house.identity.managementTokens.sign({
    subject: record.name,
    credential: record.id,
    version: record.sessionVersion,
    now: context.now,
  })
  return { accessToken, expiresIn: MANAGEMENT_TOKEN_SECONDS }
}

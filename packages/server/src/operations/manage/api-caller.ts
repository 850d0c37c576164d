import { secret } from '@wharden/system'
import type { Context } from '../../context.ts'
import { isManagementToken } from '../../identity/management-token.ts'
import { parseSecret } from '../../identity/secret.ts'
import { authenticate, authenticateSecret, type NameAndSecret } from '../authenticate.ts'
import type { Caller } from '../caller.ts'
import type { House } from '../house.ts'
import type { KnownCredential } from '../known-credential.ts'
import { requireAddress } from '../require-address.ts'
import { requireConfirmed } from '../require-confirmed.ts'
import { notForApi } from './service-principal/not-for-api.ts'

/** What a request brought to prove who sends it. */
export type Proof =
  | { readonly type: 'none' }
  | ({ readonly type: 'basic' } & NameAndSecret)
  | { readonly type: 'bearer'; readonly token: string }

/**
 * Who sends a request to the administration API: a session's secret or a token's as `Bearer`, or a token as `Basic`.
 * A credential bound to addresses is turned away from others before anything is done, asked or listed.
 * @throws {AppError} `credential-invalid`, `denied`, `unavailable`
 */
export async function apiCallerOf(house: House, context: Context, proof: Proof): Promise<Caller> {
  if (proof.type !== 'none') requireConfirmed(house)
  const known = await credentialOf(house, context, proof)
  if (known === undefined) return { context, principal: { type: 'anonymous' }, asked: 'everything' }
  if (known.record.kind === 'service-principal') throw notForApi()
  const presented = parseSecret(secretIn(proof))?.hash
  const caller: Caller = { context, principal: known.principal, asked: 'everything', presented }
  await requireAddress(house, caller)
  return caller
}

function secretIn(proof: Proof): string | undefined {
  return proof.type === 'basic' ? proof.secret.reveal() : proof.type === 'bearer' ? proof.token : undefined
}

async function credentialOf(
  house: House,
  context: Context,
  proof: Proof,
): Promise<KnownCredential | undefined> {
  switch (proof.type) {
    case 'none':
      return undefined
    case 'basic':
      return authenticate(house, context, proof)
    case 'bearer':
      if (isManagementToken(proof.token)) throw notForApi()
      return authenticateSecret(house, context, secret(proof.token))
  }
}

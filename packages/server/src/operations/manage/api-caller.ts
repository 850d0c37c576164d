import { secret } from '@wharden/system'
import { AppError } from '../../errors.ts'
import type { Context } from '../../context.ts'
import { parseSecret } from '../../identity/secret.ts'
import { authenticate, authenticateSecret, type NameAndSecret } from '../authenticate.ts'
import type { Caller } from '../caller.ts'
import { gatherFacts } from '../gather-facts.ts'
import type { House } from '../house.ts'
import type { KnownCredential } from '../known-credential.ts'
import { requireConfirmed } from '../require-confirmed.ts'

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
  const presented = parseSecret(secretIn(proof))?.hash
  const caller: Caller = { context, principal: known.principal, asked: 'everything', presented }
  const { address } = await gatherFacts(house, caller, { type: 'installation' }, {})
  if (address?.type === 'outside') {
    throw new AppError(
      'denied',
      `this token may not be used from \`${address.client}\`: it is bound to other addresses`,
    )
  }
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
      return authenticateSecret(house, context, secret(proof.token))
  }
}

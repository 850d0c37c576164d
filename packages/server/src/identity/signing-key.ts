import type { KeyObject } from 'node:crypto'
import type { Brand } from '@wharden/oci'

/**
 * Which tokens a key signs. Families don't share keys: what one verifier trusts is unknown to the other, whatever the
 * claims say, and only `access` keys are published.
 */
export type TokenFamily = 'access' | 'refresh' | 'management'

/** An RFC 7638 thumbprint: names a key in our headers and in the JWKS. */
export type KeyId = Brand<string, 'KeyId'>

/** A public key and the one algorithm it may be used with. */
export type VerificationKey<Family extends TokenFamily = TokenFamily> = {
  readonly kid: KeyId
  readonly family: Family
  readonly algorithm: 'ES256'
  readonly publicKey: KeyObject
}

export type SigningKey<Family extends TokenFamily = TokenFamily> = VerificationKey<Family> & {
  readonly privateKey: KeyObject
}

/**
 * What is trusted now, and what is signed with. `verifying` holds next, active and retiring keys:
 * another replica may have made a key active before we heard of it.
 */
export type KeySet<Family extends TokenFamily = TokenFamily> = {
  readonly family: Family
  readonly signing: SigningKey<Family>
  readonly verifying: ReadonlyMap<string, VerificationKey<Family>>
}

import { keyIdInStyle, publicJwk, type KeyIdStyle, type PublicJwk } from './key-id.ts'
import type { KeySet } from './signing-key.ts'

/** A JWK Set (RFC 7517) with all that a verifier needs, and one algorithm per key. */
export type Jwks = {
  readonly keys: readonly (PublicJwk & { readonly kid: string; readonly alg: 'ES256'; readonly use: 'sig' })[]
}

/** What is published of the access keys (nobody but us verifies other families): next, active and retiring keys, so that readers who cache are never behind. */
export function toJwks(keys: KeySet<'access'>, style: KeyIdStyle = 'thumbprint'): Jwks {
  return {
    keys: [...keys.verifying.values()].map((key) => ({
      ...publicJwk(key.publicKey),
      kid: keyIdInStyle(key, style),
      alg: key.algorithm,
      use: 'sig',
    })),
  }
}

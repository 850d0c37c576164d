/** The names a public key goes by. */
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { KeyId, VerificationKey } from './signing-key.ts'

/** `libtrust` is what Distribution up to 2.8 computes from the keys it trusts and compares `kid` with. */
export type KeyIdStyle = 'thumbprint' | 'libtrust'

/** The public half of an ES256 key as a JWK, members in the order RFC 7638 §3.2 hashes them in. */
export type PublicJwk = { readonly crv: 'P-256'; readonly kty: 'EC'; readonly x: string; readonly y: string }

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function keyIdInStyle(key: VerificationKey, style: KeyIdStyle): string {
  return style === 'libtrust' ? libtrustKeyId(key.publicKey) : key.kid
}

/** https://www.rfc-editor.org/rfc/rfc7638 */
export function thumbprint(key: KeyObject): KeyId {
  return hash('sha256', JSON.stringify(publicJwk(key)), 'base64url') as KeyId // the one place that makes one
}

/**
 * The first 240 bits of the SHA-256 of the key's PKIX DER, in base32, twelve groups of four
 * (https://github.com/docker/libtrust/blob/master/util.go, `keyIDFromCryptoKey`).
 */
export function libtrustKeyId(key: KeyObject): string {
  const digest = hash('sha256', key.export({ type: 'spki', format: 'der' }), 'buffer')
  return (base32(digest.subarray(0, 30)).match(/.{4}/g) ?? []).join(':')
}

/** Throws if the key isn't on P-256. */
export function publicJwk(key: KeyObject): PublicJwk {
  const { kty, crv, x, y } = key.export({ format: 'jwk' })
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) {
    throw new Error('a signing key must be an elliptic-curve key on P-256')
  }
  return { crv, kty, x, y }
}

/** Reads what `publicJwk` wrote as JSON; throws for anything else. */
export function parsePublicJwk(json: string): KeyObject {
  const key = createPublicKey({ key: JSON.parse(json), format: 'jwk' })
  publicJwk(key)
  return key
}

/** RFC 4648 §6, for lengths that need no padding. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((value >>> (bits - 5)) & 31)
    value &= (1 << bits) - 1
  }
  return text
}

/**
 * A public key in the only wrapping that CNCF Distribution 2 reads keys from (`rootcertbundle`): an X.509 certificate
 * (RFC 5280 §4.1). It says nothing and proves nothing; the registry takes the key out of it and looks at no more.
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/auth/token/accesscontroller.go
 */
import { hash, sign, type KeyObject } from 'node:crypto'

/** @returns PEM; `signer` is any ES256 key, whose signature nobody checks */
export function keyCertificate(key: KeyObject, name: string, signer: KeyObject): string {
  const subject = sequence(set(sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name)))))
  const certificate = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(hash('sha256', name, 'buffer').subarray(0, 16)),
    ECDSA_WITH_SHA256,
    subject,
    VALIDITY,
    subject,
    key.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', certificate, signer)
  const der = sequence(
    certificate,
    ECDSA_WITH_SHA256,
    tagged(0x03, Buffer.concat([Buffer.from([0]), signature])),
  )
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** X.690 §8.1: tag, length, contents. */
function tagged(tag: number, contents: Uint8Array): Buffer {
  const { length } = contents
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), contents])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x31, Buffer.concat(parts))
}

/** Positive: a leading zero keeps the first bit from meaning a sign. */
function integer(bytes: Uint8Array): Buffer {
  return tagged(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]))
}

/** 2.5.4.3 */
const COMMON_NAME = tagged(0x06, Buffer.from([0x55, 0x04, 0x03]))
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(
  tagged(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])),
)
/** As long as can be said (RFC 5280 §4.1.2.5): how long a key is trusted is the registry's file to say. */
const VALIDITY = sequence(
  tagged(0x18, Buffer.from('20200101000000Z')),
  tagged(0x18, Buffer.from('99991231235959Z')),
)

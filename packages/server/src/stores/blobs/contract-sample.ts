// Bytes for tests: each says where it stands, so a shifted, lost or foreign byte shows.

import { createHash } from 'node:crypto'
import { parseDigest, type Digest, type DigestAlgorithm } from '@wharden/oci'

/** The bytes [offset, offset + length) of one endless sequence without a short period. */
export function samplePart(offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index += 1) {
    const at = offset + index
    bytes[index] = (at ^ (at >>> 8) ^ Math.imul(at >>> 16, 31)) & 0xff
  }
  return bytes
}

export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  const digest = parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`)
  if (digest === undefined) throw new Error('no digest')
  return digest
}

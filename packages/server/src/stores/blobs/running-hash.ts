import { createHash, type Hash } from 'node:crypto'
import { parseDigest, type Digest, type DigestAlgorithm } from '@wharden/oci'

export function startHash(algorithm: DigestAlgorithm): Hash {
  return createHash(algorithm)
}

/** The digest of what the hash has taken so far; the hash can go on. */
export function digestSoFar(algorithm: DigestAlgorithm, hash: Hash): Digest {
  return digestOfHex(algorithm, hash.copy().digest('hex'))
}

export function digestOfHex(algorithm: DigestAlgorithm, hex: string): Digest {
  const digest = parseDigest(`${algorithm}:${hex}`)
  if (digest === undefined) throw new Error(`node's ${algorithm} is no digest of ours`)
  return digest
}

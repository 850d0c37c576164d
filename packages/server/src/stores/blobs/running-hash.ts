import { createHash, type Hash } from 'node:crypto'
import { parseDigest, type Digest, type DigestAlgorithm } from '@wharden/oci'

export function startHash(algorithm: DigestAlgorithm): Hash {
  return createHash(algorithm)
}

/** The digest of what the hash has taken so far; the hash can go on. */
export function digestSoFar(algorithm: DigestAlgorithm, hash: Hash): Digest {
  const digest = parseDigest(`${algorithm}:${hash.copy().digest('hex')}`)
  if (digest === undefined) throw new Error(`node's ${algorithm} is no digest of ours`)
  return digest
}

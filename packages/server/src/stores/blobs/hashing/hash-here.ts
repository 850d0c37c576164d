import type { Hash } from 'node:crypto'
import type { DigestAlgorithm } from '@wharden/oci'
import { startHash } from '../running-hash.ts'
import type { HashState } from './hash-state.ts'

/** A hash in this thread. */
export function hashHere(algorithm: DigestAlgorithm, hash: Hash = startHash(algorithm)): HashState {
  return {
    lost: false,
    update: async (bytes) => void hash.update(bytes),
    digest: async () => hash.copy().digest('hex'),
    copy: () => hashHere(algorithm, hash.copy()),
    close: () => {},
  }
}

import type { DigestAlgorithm } from '@wharden/oci'
import type { HashState } from './hash-state.ts'
import { startHashThread, type HashThread } from './hash-thread.ts'

/** Hashes in a thread of its own, started when it is first needed, and again after it died. */
export type Hasher = {
  start(algorithm: DigestAlgorithm): HashState
  /** How many hashes aren't closed. */
  count(): Promise<number>
  close(): Promise<void>
}

export function createHasher(): Hasher {
  let thread: HashThread | undefined
  return {
    start(algorithm) {
      if (thread === undefined || thread.ended) thread = startHashThread()
      return thread.start(algorithm)
    },
    count: async () => (thread === undefined || thread.ended ? 0 : thread.count()),
    close: async () => thread?.close(),
  }
}

import { BlobStoreUnavailableError } from '../port.ts'

/** Since when a store has failed, and how it fails. */
export type Failing = { readonly since: number; readonly because: string }

/** Keeps requests from piling up before a store that is gone. Times in milliseconds of a clock that never goes back. */
export type Circuit = {
  /** @throws BlobStoreUnavailableError at once while the store is known to be gone */
  pass(): void
  worked(): void
  failed(because: string): void
  /** Undefined while it answers, be it with an error now and then. */
  failing(): Failing | undefined
}

/** So many failures in a row, whoever's they are, and the store counts as gone. */
const MOST_FAILURES = 5
/** Then it is left alone for so long, after which one request is let through to try. */
const REST_MILLISECONDS = 3_000

/** @param told hears when the store goes and when it is back */
export function createCircuit(
  told: (failing: Failing | undefined) => void = () => {},
  now: () => number = () => performance.now(),
): Circuit {
  let failures = 0
  let openUntil = 0
  let failing: Failing | undefined
  return {
    pass() {
      if (failures < MOST_FAILURES) return
      const left = openUntil - now()
      if (left <= 0) {
        openUntil = now() + REST_MILLISECONDS // this one tries; the others wait for what becomes of it
        return
      }
      const because = failing?.because ?? 'it failed'
      throw new BlobStoreUnavailableError(
        `the blob store can not be used (${because}); try again in a moment`,
        Math.max(1, Math.ceil(left / 1_000)),
      )
    },
    worked() {
      const was = failures
      failures = 0
      failing = undefined
      if (was >= MOST_FAILURES) told(undefined)
    },
    failed(because) {
      failures += 1
      failing = { since: failing?.since ?? now(), because }
      if (failures >= MOST_FAILURES) openUntil = now() + REST_MILLISECONDS
      if (failures === MOST_FAILURES) told(failing)
    },
    failing: () => (failures < MOST_FAILURES ? undefined : failing),
  }
}

import type { OpenContext } from '../open.ts'

export type SharedClock = {
  /** How far the database's clock is ahead of this machine's, in milliseconds; 0 while they agree. */
  readonly ahead: () => number
  /** Begins a measurement. @returns its end: to be called with what the database's clock said in between */
  readonly measure: () => (database: number) => void
}

/** Clocks that differ by no more agree: what is dated must not waver with every delay on the way. */
const AGREEMENT = 500

/** Follows the database's clock, for servers whose own are set differently, or are set anew while they run. */
export function createSharedClock(log: OpenContext['log'], machineNow: () => number = Date.now): SharedClock {
  let ahead = 0
  return {
    ahead: () => ahead,
    measure() {
      const before = machineNow()
      return (database) => {
        const after = machineNow()
        const found = Math.round(database - (before + after) / 2)
        // It may have been asked at any moment between the two.
        const doubt = AGREEMENT + Math.abs(after - before) / 2
        if (Math.abs(found - ahead) <= doubt) return
        ahead = Math.abs(found) <= doubt ? 0 : found
        const side = found < 0 ? 'ahead of' : 'behind'
        log('warn', `this machine's clock is ${Math.abs(found)} ms ${side} the database's, which counts`)
      }
    },
  }
}

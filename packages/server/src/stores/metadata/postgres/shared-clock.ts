import type { OpenContext } from '../open.ts'

export type SharedClock = {
  /** How far the database's clock is ahead of this machine's now, in milliseconds; 0 while they agree. */
  readonly ahead: () => number
  /** Begins a measurement. @returns its end: to be called with what the database's clock said in between */
  readonly measure: () => (database: number) => void
}

/** Clocks that differ by no more agree: what is dated must not waver with every delay on the way. */
const AGREEMENT = 500

/**
 * Follows the database's clock, for servers whose own are set differently, or are set anew while they run. Between two
 * measurements it goes by what measures spans, which nobody sets: a clock that jumps is corrected at once.
 */
export function createSharedClock(
  log: OpenContext['log'],
  machineNow: () => number = Date.now,
  steadyNow: () => number = () => performance.now(),
): SharedClock {
  /** What counts, less what the steady clock says. */
  let base = machineNow() - steadyNow()
  let told = 0

  function tell(found: number, doubt: number): void {
    if (Math.abs(found - told) <= doubt) return
    told = Math.abs(found) <= doubt ? 0 : found
    const side = found < 0 ? 'ahead of' : 'behind'
    log('warn', `this machine's clock is ${Math.abs(found)} ms ${side} the database's, which counts`)
  }

  return {
    ahead() {
      const found = Math.round(base + steadyNow() - machineNow())
      return Math.abs(found) <= AGREEMENT ? 0 : found
    },
    measure() {
      const began = steadyNow()
      return (database) => {
        const steady = steadyNow()
        // It may have been asked at any moment between the two.
        const doubt = AGREEMENT + (steady - began) / 2
        const machine = machineNow() - (steady - began) / 2
        const found = Math.round(database - machine)
        const counts = Math.abs(found) <= doubt ? machine : database
        const measured = counts - (began + steady) / 2
        if (counts === machine || Math.abs(measured - base) > doubt) base = measured
        tell(found, doubt)
      }
    },
  }
}

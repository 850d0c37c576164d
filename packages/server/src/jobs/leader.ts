import type { Timer } from './timer.ts'

/** The right to lead, kept where all processes see it (the metadata store's `leases`), by compare-and-set with an expiry. */
export type LeaderLease = {
  /** Takes or renews; false while another holds it. */
  acquire(milliseconds: number): Promise<boolean>
  release(): Promise<void>
}

export type LeaderOptions = {
  readonly lease: LeaderLease
  readonly timer: Timer
  /** Told when the lease can't be asked for; the term then ends by itself if that lasts. */
  readonly onTrouble: (cause: unknown) => void
}

export const LEASE_MILLISECONDS = 30_000
const RENEW_MILLISECONDS = 10_000
// A term ends here ten seconds before it does in the store: time for a job to stop before another process begins it.
const TERM_MILLISECONDS = 20_000

/**
 * Stands for leader until `stop`. While this process leads, `lead` runs with a signal that ends with the term; the next
 * term never begins before `lead` has returned from the one before. Resolves once stopped and the lease is given back.
 */
export async function standForLeader(
  { lease, timer, onTrouble }: LeaderOptions,
  lead: (term: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  let term: Term | undefined
  while (!stop.aborted) {
    const asked = timer.now()
    const answer = await ask(lease, timer, stop, onTrouble)
    if (answer === 'refused' || term?.isOver() === true) {
      await term?.end()
      term = undefined
    }
    if (answer === 'held') {
      term ??= beginTerm(timer, lead)
      term.extend(asked + TERM_MILLISECONDS)
    }
    await timer.sleep(RENEW_MILLISECONDS, stop)
  }
  await term?.end()
  await lease.release().catch(onTrouble)
}

/** Asks for the lease, but not for longer than a renewal: an answer that never comes must not hold up the rest. */
async function ask(
  lease: LeaderLease,
  timer: Timer,
  stop: AbortSignal,
  onTrouble: (cause: unknown) => void,
): Promise<'held' | 'refused' | 'unknown'> {
  const answered = new AbortController()
  const patience = timer.sleep(RENEW_MILLISECONDS, AbortSignal.any([stop, answered.signal]))
  const asking = lease.acquire(LEASE_MILLISECONDS).then(
    (held) => (held ? 'held' : 'refused'),
    (cause: unknown) => {
      onTrouble(cause)
      return 'unknown' as const
    },
  )
  const answer = await Promise.race([asking, patience.then(() => 'unknown' as const)])
  answered.abort()
  return answer
}

type Term = {
  /** Until when it may last, if nothing else is heard. */
  extend(until: number): void
  isOver(): boolean
  /** Resolves when `lead` has returned. */
  end(): Promise<void>
}

function beginTerm(timer: Timer, lead: (term: AbortSignal) => Promise<void>): Term {
  const over = new AbortController()
  let until = timer.now()
  const leading = lead(over.signal)
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await timer.sleep(Math.max(until - timer.now(), 1), over.signal)
      if (timer.now() >= until) over.abort()
    }
  }
  void Promise.resolve().then(watch) // after the first `extend`
  return {
    extend(later) {
      until = later
    },
    isOver: () => over.signal.aborted,
    async end() {
      over.abort()
      await leading
    },
  }
}

import { networkOf } from '../../network-of.ts'

/**
 * Makes guessing passwords slow. Failures are counted by account together with the address they come from, and by address
 * alone; never by account alone, or anybody could lock an owner out by guessing wrong. Kept in bounded memory: a restart
 * forgets, and what a flood pushes out is what was used longest ago.
 */
export type SignInSlowdown = {
  /** Milliseconds to wait before another attempt is looked at; 0: now. */
  readonly waitFor: (account: string, address: string, now: number) => number
  /**
   * Counts an attempt as failed before it is looked at, so that many at the same time don't slip through.
   * @returns whether it is the one that begins to slow the account down for this address
   */
  readonly attempted: (account: string, address: string, now: number) => boolean
  /** Takes the attempt back, and what came before it for the account. */
  readonly succeeded: (account: string, address: string) => void
}

type Count = { readonly failures: number; readonly lastAt: number }

type Rule = { readonly free: number; readonly first: number; readonly longest: number }

/** Milliseconds. A typing error or three cost nothing; then it doubles. */
const BY_ACCOUNT: Rule = { free: 5, first: 1_000, longest: 15 * 60_000 }
/** An office behind one address is many people. */
const BY_ADDRESS: Rule = { free: 50, first: 1_000, longest: 60_000 }
/** Failures are forgiven after this long without another. */
const FORGIVEN = 60 * 60_000
const ENTRIES = 20_000

export function createSignInSlowdown(entries = ENTRIES): SignInSlowdown {
  const byAccount = new Map<string, Count>()
  const byAddress = new Map<string, Count>()

  function waitFor(account: string, address: string, now: number): number {
    const network = networkOf(address)
    return Math.max(
      wait(byAccount.get(keyOf(account, network)), BY_ACCOUNT, now),
      wait(byAddress.get(network), BY_ADDRESS, now),
    )
  }

  function attempted(account: string, address: string, now: number): boolean {
    const network = networkOf(address)
    count(byAddress, network, now)
    return count(byAccount, keyOf(account, network), now) === BY_ACCOUNT.free
  }

  function count(counts: Map<string, Count>, key: string, now: number): number {
    const before = counts.get(key)
    const failures = before === undefined || now - before.lastAt > FORGIVEN ? 1 : before.failures + 1
    counts.delete(key)
    counts.set(key, { failures, lastAt: now })
    const oldest = counts.size > entries ? counts.keys().next() : undefined
    if (oldest?.done === false) counts.delete(oldest.value)
    return failures
  }

  function succeeded(account: string, address: string): void {
    const network = networkOf(address)
    byAccount.delete(keyOf(account, network))
    const before = byAddress.get(network)
    if (before !== undefined)
      byAddress.set(network, { ...before, failures: Math.max(0, before.failures - 1) })
  }

  return { waitFor, attempted, succeeded }
}

function wait(count: Count | undefined, { free, first, longest }: Rule, now: number): number {
  if (count === undefined || count.failures < free) return 0
  const pause = Math.min(longest, first * 2 ** Math.min(count.failures - free, 30))
  return Math.max(0, count.lastAt + pause - now)
}

function keyOf(account: string, network: string): string {
  return `${network} ${account}`
}

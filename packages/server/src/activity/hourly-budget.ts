/** How much is written down on behalf of one asker within an hour; what is beyond is only counted. */
export type HourlyBudget = {
  /** @param at milliseconds since 1970; @returns false once the hour's share is used up */
  readonly spend: (who: string, at: number) => boolean
}

const HOUR = 3_600_000
/** So many askers have a share of their own; those who come later in the hour share one. */
const ASKERS = 10_000

export function createHourlyBudget(share: number): HourlyBudget {
  const spent = new Map<string, number>()
  let hour = 0

  return {
    spend(who, at) {
      const now = Math.floor(at / HOUR)
      if (now !== hour) spent.clear()
      hour = now
      const asker = spent.has(who) || spent.size < ASKERS ? who : ''
      const before = spent.get(asker) ?? 0
      if (before >= share) return false
      spent.set(asker, before + 1)
      return true
    },
  }
}

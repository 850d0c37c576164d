import type { PullCount, PullCounts, PullSubject } from '../stores/metadata/port/pull-counts.ts'

/** Clients at once; the one that was counted longest ago is forgotten first. */
const ENTRIES = 20_000

/**
 * Pull counts of strangers, in bounded memory: a row for each address would be a way to fill the disk. So they are this
 * process's own, and begin anew with it.
 */
export function createMemoryPullCounts(entries = ENTRIES): Pick<PullCounts, 'of' | 'take'> {
  const counts = new Map<PullSubject, PullCount>()
  return {
    of: async (subject) => counts.get(subject),
    async take(subject, { limit, now, after }) {
      const before = counts.get(subject)
      const running = before !== undefined && before.windowStart > after
      if (running && before.pulls >= limit) return undefined
      const count = running ? { ...before, pulls: before.pulls + 1 } : { windowStart: now, pulls: 1 }
      counts.delete(subject)
      counts.set(subject, count)
      const oldest = counts.size > entries ? counts.keys().next() : undefined
      if (oldest?.done === false) counts.delete(oldest.value)
      return count
    },
  }
}

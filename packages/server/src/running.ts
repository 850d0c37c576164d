import { setTimeout as pause } from 'node:timers/promises'

/** What is under way on behalf of requests; it may outlive their connections, which end a moment before. */
export type Running = {
  readonly track: (work: Promise<unknown>) => void
  /** Resolves once nothing runs any more, or after so many milliseconds. */
  readonly ended: (patience: number) => Promise<void>
}

export function createRunning(): Running {
  const running = new Set<Promise<unknown>>()
  return {
    track(work) {
      const ended = work
        .catch(() => undefined) // its own caller hears of that
        .finally(() => running.delete(ended))
      running.add(ended)
    },
    async ended(patience) {
      const enough = new AbortController()
      const tired = pause(patience, undefined, { signal: enough.signal }).catch(() => undefined)
      await Promise.race([Promise.all(running), tired])
      enough.abort()
    },
  }
}

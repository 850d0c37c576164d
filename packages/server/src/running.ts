import { setTimeout as pause } from 'node:timers/promises'

/** What is under way on behalf of requests; it may outlive their connections, which end a moment before. */
export type Running = {
  readonly track: (work: Promise<unknown>) => void
  /** Resolves once nothing runs any more, or after so many milliseconds. */
  readonly ended: (patience: number) => Promise<void>
}

export function createRunning(): Running {
  let running = 0
  const waiting = new Set<() => void>()
  const end = (): void => {
    running -= 1
    if (running > 0) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
  return {
    track(work) {
      running += 1
      work.then(end, end) // its own caller hears of a failure
    },
    async ended(patience) {
      if (running === 0) return
      const enough = new AbortController()
      const tired = pause(patience, undefined, { signal: enough.signal }).catch(() => undefined)
      await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), tired])
      enough.abort()
    },
  }
}

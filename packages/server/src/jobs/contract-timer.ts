// A timer for tests that only moves when it is told to.
import type { Timer } from './timer.ts'

type Sleeper = { readonly until: number; wake(): void }

export type HandTimer = Timer & {
  /** Moves time on, waking whoever sleeps in the order of their hours, each with time to act. */
  advance(milliseconds: number): Promise<void>
}

export function createHandTimer(): HandTimer {
  let time = 0
  const sleepers = new Set<Sleeper>()
  const next = (limit: number): Sleeper | undefined =>
    [...sleepers].filter(({ until }) => until <= limit).sort((a, b) => a.until - b.until)[0]
  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper = {
          until: time + milliseconds,
          wake() {
            sleepers.delete(sleeper)
            signal.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', sleeper.wake, { once: true })
      }),
    async advance(milliseconds) {
      const limit = time + milliseconds
      await settle()
      for (let sleeper = next(limit); sleeper !== undefined; sleeper = next(limit)) {
        time = Math.max(time, sleeper.until)
        sleeper.wake()
        await settle()
      }
      time = limit
    },
  }
}

/** Lets everything run that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
}

/** How slow a sender may be. */
export type PaceLimits = {
  /** Silence of this long is too long. */
  readonly idleMilliseconds: number
  /** The least it must bring, on average over each `windowMilliseconds`. */
  readonly minimumBytesPerSecond: number
  /** Default: a minute. */
  readonly windowMilliseconds?: number | undefined
}

/** Judges a sender's pace. Every `now` is in milliseconds of a clock that never goes back. */
export type Pace = {
  heard(bytes: number, now: number): void
  /** We stopped listening: from here to `listen` nothing counts against the sender. */
  rest(now: number): void
  listen(now: number): void
  verdict(now: number): 'fine' | 'idle' | 'slow'
}

export function createPace(limits: PaceLimits, start: number): Pace {
  const { idleMilliseconds, minimumBytesPerSecond, windowMilliseconds = 60_000 } = limits
  const least = (minimumBytesPerSecond * windowMilliseconds) / 1000
  let lastHeard = start
  let window = { start, bytes: 0 }
  let restingSince: number | undefined
  return {
    heard(bytes, now) {
      lastHeard = now
      window.bytes += bytes
    },
    rest(now) {
      restingSince ??= now
    },
    listen(now) {
      window.start += now - (restingSince ?? now)
      restingSince = undefined
      lastHeard = now
    },
    verdict(now) {
      if (restingSince !== undefined) return 'fine'
      if (now - lastHeard >= idleMilliseconds) return 'idle'
      if (now - window.start < windowMilliseconds) return 'fine'
      const { bytes } = window
      window = { start: now, bytes: 0 }
      return bytes < least ? 'slow' : 'fine'
    },
  }
}

/** Time that never goes back, and can be turned by hand in tests. */
export type Timer = {
  /** Milliseconds since some moment. */
  now(): number
  /** Resolves after so many milliseconds, or when the signal is aborted. Never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = (): void => {
        clearTimeout(timeout)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timeout = setTimeout(wake, milliseconds)
      signal.addEventListener('abort', wake, { once: true })
    }),
}

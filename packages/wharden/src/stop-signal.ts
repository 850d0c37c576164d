/** Aborted by the first SIGTERM or SIGINT; the second ends the process at once, as it would without us. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  const stop = (): void => {
    process.off('SIGTERM', stop).off('SIGINT', stop)
    stopping.abort()
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
  return stopping.signal
}

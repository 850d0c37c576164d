/**
 * An act that is done at most once in so many milliseconds, whoever asks: those who ask while it is done share it, those who
 * ask soon after are told that it wasn't done.
 */
export function atMostEvery(
  milliseconds: number,
  act: () => Promise<unknown>,
  now: () => number = () => performance.now(),
): () => Promise<boolean> {
  let running: Promise<boolean> | undefined
  let last = -Infinity
  return () => {
    if (running !== undefined) return running
    if (now() - last < milliseconds) return Promise.resolve(false)
    running = act()
      .then(() => true)
      .finally(() => {
        last = now()
        running = undefined
      })
    return running
  }
}

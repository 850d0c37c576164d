const LARGE_BYTES = 1024 * 1024
const SMALL_BYTES = 64 * 1024

export type BufferPool = {
  /**
   * Memory to read into, of at most 1 MiB: as much as `wanted` needs while the pool lasts, and 64 KiB after that, so that
   * a crowd of slow clients costs speed, never memory. Large ones can be shared with other threads. Holds what the last
   * borrower left in it.
   */
  lend(wanted: number): Buffer
  /** Takes a large buffer back once nobody reads from it any more. */
  giveBack(buffer: Buffer): void
  /** Takes a buffer off the books that something may still read from; the garbage collector has the rest. */
  abandon(buffer: Buffer): void
}

/** At most `limit` large buffers are out at a time, and as many of them as `keep` are kept for the next. */
export function createBufferPool({
  limit,
  keep,
}: {
  readonly limit: number
  readonly keep: number
}): BufferPool {
  const idle: Buffer[] = []
  let lent = 0
  const isLarge = (buffer: Buffer): boolean => buffer.byteLength === LARGE_BYTES
  return {
    lend(wanted) {
      if (wanted <= SMALL_BYTES) return Buffer.allocUnsafeSlow(Math.max(wanted, 1))
      if (lent >= limit) return Buffer.allocUnsafeSlow(SMALL_BYTES)
      lent += 1
      return idle.pop() ?? Buffer.from(new SharedArrayBuffer(LARGE_BYTES))
    },
    giveBack(buffer) {
      if (!isLarge(buffer)) return
      lent -= 1
      if (idle.length < keep) idle.push(buffer)
    },
    abandon(buffer) {
      if (isLarge(buffer)) lent -= 1
    },
  }
}

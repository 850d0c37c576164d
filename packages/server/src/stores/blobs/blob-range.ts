import type { BlobRange } from './port.ts'

/** How many bytes may be read at once. */
const WHOLE_LIMIT_BYTES = 4 * 1024 * 1024

/** @throws RangeError when this is a mistake of the caller's rather than of a client's */
export function assertRange({ start, end }: BlobRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end) return
  throw new RangeError(`[${start}, ${end}) is no range of bytes`)
}

/** @throws RangeError when a blob of this size is not to be read at once */
export function assertWhole(size: number): void {
  if (size > WHOLE_LIMIT_BYTES) throw new RangeError(`${size} bytes are too many to read at once`)
}

import type { OwnMultipart } from './multipart.ts'

const MEBIBYTE = 1024 * 1024
const LEAST_PIECE = 256 * MEBIBYTE
/** Leaves most of the 10,000 parts to what comes after. */
const MOST_PIECES = 1_000
const AT_ONCE = 4

/**
 * Makes the first `length` bytes of an object parts of an upload, inside the store: nothing is sent.
 * @returns false where the store can't copy parts
 */
export async function copyInto(own: OwnMultipart, source: string, length: number): Promise<boolean> {
  const count = Math.min(MOST_PIECES, Math.ceil(length / LEAST_PIECE))
  const cut = (index: number): number => Math.floor((length / count) * index)
  for (let index = 0; index < count; index += AT_ONCE) {
    const pieces = Array.from({ length: Math.min(AT_ONCE, count - index) }, (_, step) => index + step)
    const copied = await Promise.all(
      pieces.map((piece) => own.copy(source, { start: cut(piece), end: cut(piece + 1) })),
    )
    if (!copied.every(Boolean)) return false
  }
  return true
}

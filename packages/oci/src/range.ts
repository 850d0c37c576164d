/** Which bytes of a representation to answer with. */
export type ByteRange =
  | { readonly type: 'whole' }
  /** From `start` up to, not including, `end`; never empty. */
  | { readonly type: 'part'; readonly start: number; readonly end: number }
  | { readonly type: 'unsatisfiable' }

const SINGLE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i

// Fifteen digits fit a double exactly; more can only mean "beyond the end", which any huge number says as well.
const toNumber = (digits: string): number => (digits.length > 15 ? Number.MAX_SAFE_INTEGER : Number(digits))

/**
 * Reads a `Range` header against a representation of `size` bytes: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 * Several ranges, another unit or broken syntax mean the whole, as a server may always ignore the header.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function parseRange(header: string | undefined, size: number): ByteRange {
  const match = header === undefined ? null : SINGLE_RANGE.exec(header)
  const [, first = '', last = ''] = match ?? []
  if (first === '') return last === '' ? { type: 'whole' } : lastBytes(toNumber(last), size)
  const start = toNumber(first)
  const end = last === '' ? size : Math.min(toNumber(last) + 1, size)
  if (last !== '' && toNumber(last) < start) return { type: 'whole' }
  return start < size ? { type: 'part', start, end } : { type: 'unsatisfiable' }
}

function lastBytes(length: number, size: number): ByteRange {
  if (length === 0) return { type: 'unsatisfiable' }
  return size === 0 ? { type: 'whole' } : { type: 'part', start: Math.max(0, size - length), end: size }
}

/** `Content-Range` of a 206: `bytes 0-99/1234`. https://www.rfc-editor.org/rfc/rfc9110#section-14.4 */
export function formatContentRange(
  { start, end }: { readonly start: number; readonly end: number },
  size: number,
): string {
  return `bytes ${start}-${end - 1}/${size}`
}

/** `Content-Range` of a 416: an asterisk in place of the range. */
export function formatUnsatisfiedRange(size: number): string {
  return `bytes */${size}`
}

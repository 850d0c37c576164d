import { readExpiry } from '../read-expiry.ts'

/**
 * When a password ends: at its own end, or with its token if that is earlier.
 * @param wanted ISO 8601; null: with the token
 * @returns milliseconds since 1970; undefined: never
 * @throws {AppError} `invalid` for a time that has passed
 */
export function passwordEnd(
  wanted: string | null,
  tokenEnds: number | undefined,
  now: number,
  field: string,
): number | undefined {
  const ends = [readExpiry(wanted, now, field), tokenEnds].filter((end) => end !== undefined)
  return ends.length === 0 ? undefined : Math.min(...ends)
}

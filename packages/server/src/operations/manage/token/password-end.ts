import { AppError } from '../../../errors.ts'

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
  if (wanted === null) return tokenEnds
  const at = Date.parse(wanted)
  if (at > now) return tokenEnds === undefined ? at : Math.min(at, tokenEnds)
  throw new AppError('invalid', 'that is in the past; give a time to come, or null for never', { field })
}

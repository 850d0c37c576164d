import { AppError } from '../../errors.ts'

/**
 * When something is to end.
 * @param wanted ISO 8601, or null for never
 * @returns milliseconds since 1970; undefined: never
 * @throws {AppError} `invalid` for a time that has passed
 */
export function readExpiry(wanted: string | null, now: number, field = 'expiresAt'): number | undefined {
  if (wanted === null) return undefined
  const at = Date.parse(wanted)
  if (at > now) return at
  throw new AppError(
    'invalid',
    Number.isNaN(at)
      ? `\`${wanted}\` is no time; write it as in \`2027-01-31T12:00:00Z\``
      : `\`${wanted}\` is in the past; give a time to come, or null for never`,
    { field },
  )
}

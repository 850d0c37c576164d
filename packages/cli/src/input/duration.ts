import { CliError } from '../cli-error.ts'

const UNITS = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

/**
 * Reads `never`, `30d`, `12h`, `4w`, a day (`2027-01-31`, its end in UTC) or an instant (ISO 8601).
 * @returns the instant in ISO 8601, or null for never
 * @throws CliError when it is none of these, or already past
 */
export function parseExpiry(text: string, now: Date): string | null {
  if (text === 'never') return null
  const instant = relative(text, now) ?? absolute(text)
  if (instant === undefined || Number.isNaN(instant.getTime())) {
    throw new CliError(
      'usage',
      `\`${text}\` is not a time`,
      'say `30d`, `12h`, `4w`, a date such as `2027-01-31`, or `never`',
    )
  }
  if (instant <= now) throw new CliError('usage', `\`${text}\` is past`, 'choose a time in the future')
  return instant.toISOString()
}

function relative(text: string, now: Date): Date | undefined {
  const match = /^(\d{1,5})([hdw])$/.exec(text)
  const unit = Object.entries(UNITS).find(([name]) => name === match?.[2])?.[1]
  return match === null || unit === undefined ? undefined : new Date(now.getTime() + Number(match[1]) * unit)
}

function absolute(text: string): Date | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(`${text}T23:59:59Z`)
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? new Date(text)
    : undefined
}

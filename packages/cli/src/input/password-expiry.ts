import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseExpiry } from './duration.ts'

export type PasswordExpiryOptions = {
  readonly expirationInDays?: number
  readonly days?: number
  readonly expiration?: string
}

const DAY = 86_400_000

/** When passwords end, as az says it. Without any of these they end with their token. */
export function withPasswordExpiry(command: Command): Command {
  return command
    .addOption(
      new Option('--expiration-in-days <number>', 'its passwords end after so many days, one or more')
        .argParser(parseDays)
        .conflicts(['expiration', 'days']),
    )
    .option('--expiration <time>', 'its passwords end then: 2027-12-31T12:59:59Z')
}

/** As az said it in 2019. */
export function daysOption(): Option {
  return new Option('--days <number>', 'the same as --expiration-in-days')
    .argParser(parseDays)
    .conflicts('expiration')
}

/** az takes a 0 for "never": who meant "ended" would get a password for good. */
function parseDays(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError(
    text === '0'
      ? 'A password of 0 days would have ended already (az makes one that never ends of it); leave the option out for one that ends with its token.'
      : 'Say a whole number of days, one or more.',
  )
}

/** @returns undefined where nothing was said @throws CliError for a time that is none, or past */
export function passwordExpiryOf(options: PasswordExpiryOptions, now: Date): string | null | undefined {
  const days = options.expirationInDays ?? options.days
  if (days !== undefined) return new Date(now.getTime() + days * DAY).toISOString()
  return options.expiration === undefined ? undefined : parseExpiry(options.expiration, now)
}

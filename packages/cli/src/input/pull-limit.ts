import { InvalidArgumentError } from 'commander'

/** For commander: pulls in six hours, or `none` for any number. */
export function parsePullLimit(text: string): number | null {
  if (text === 'none') return null
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('say how many pulls in six hours, or `none`')
}

import { InvalidArgumentError } from 'commander'

/** For commander: a number of one or more. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('say a whole number, one or more')
}

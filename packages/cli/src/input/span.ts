import { InvalidArgumentError } from 'commander'

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** For commander: `90s`, `15m`, `12h` or `7d`. @returns seconds */
export function parseSpan(text: string): number {
  const match = /^(\d{1,5})([smhd])$/.exec(text)
  const unit = Object.entries(SECONDS).find(([name]) => name === match?.[2])?.[1]
  if (match !== null && unit !== undefined) return Number(match[1]) * unit
  throw new InvalidArgumentError('say `90s`, `15m`, `12h` or `7d`')
}

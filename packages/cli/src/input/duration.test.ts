import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import { parseExpiry } from './duration.ts'

const NOW = new Date('2026-11-21T12:00:00Z')

test.each([
  ['never', null],
  ['30d', '2026-12-21T12:00:00.000Z'],
  ['12h', '2026-11-22T00:00:00.000Z'],
  ['2w', '2026-12-05T12:00:00.000Z'],
  ['2027-01-31', '2027-01-31T23:59:59.000Z'],
  ['2026-11-21', '2026-11-21T23:59:59.000Z'],
  ['2027-01-31T10:00:00+02:00', '2027-01-31T08:00:00.000Z'],
  ['2027-01-31T10:00Z', '2027-01-31T10:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(parseExpiry(text, NOW)).toBe(instant)
})

test.each([
  '',
  '30',
  '0d',
  '-1d',
  '1.5d',
  '30 d',
  '1y',
  '2027-13-01',
  '2027-02-30T00:00:00Z+1',
  '2026-11-20',
  'tomorrow',
  '999999d',
  '2027-01-31T10:00',
])('`%s` is refused, with what to say instead', (text) => {
  expect(() => parseExpiry(text, NOW)).toThrow(CliError)
})

test('whatever is accepted lies in the future', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,6}[hdwy]?$/)), (text) => {
      try {
        const instant = parseExpiry(text, NOW)
        return instant === null || new Date(instant) > NOW
      } catch (error) {
        return error instanceof CliError && error.exit === 'usage'
      }
    }),
  )
})

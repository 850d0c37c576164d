import { expect, it } from 'vitest'
import { endOfLogin } from './session-version.ts'

const passwords = new Map([
  ['lasting', undefined],
  ['expired', 1_000],
  ['expiring', 3_000],
])

/** Of a token that was disabled meanwhile, and enabled again. */
const record = { sessionVersion: 2, overlapUntil: undefined }
const version = 1

it.each([
  ['expired', 'the password of this login has expired'],
  ['gone', 'the password of this login was replaced or deleted'],
  [undefined, 'the password of this login was replaced or deleted'],
  // It is not for the password's sake.
  ['lasting', 'this login was ended'],
  ['expiring', 'this login was ended'],
])('why a login by the password %s ended', (password, why) => {
  expect(endOfLogin({ record, passwords }, { version, password }, 2_000)).toBe(why)
})

it('credentials without passwords have none to speak of', () => {
  expect(endOfLogin({ record, passwords: undefined }, { version, password: 'gone' }, 2_000)).toBe(
    'this login was ended',
  )
})

it.each([
  { password: 'lasting', holds: true },
  { password: 'expired', holds: false },
  { password: 'gone', holds: false },
])('under the present session version the password alone decides: $password', ({ password, holds }) => {
  expect(endOfLogin({ record, passwords }, { version: 2, password }, 2_000) === undefined).toBe(holds)
})

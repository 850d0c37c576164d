import { expect, it } from 'vitest'
import { endOfLogin } from './session-version.ts'

const passwords = new Map([
  ['lasting', undefined],
  ['expired', 1_000],
  ['expiring', 3_000],
])

it.each([
  ['expired', 'the password of this login has expired'],
  ['gone', 'the password of this login was replaced or deleted'],
  [undefined, 'the password of this login was replaced or deleted'],
  // It is not for the password's sake: the token was disabled meanwhile.
  ['lasting', 'this login was ended'],
  ['expiring', 'this login was ended'],
])('why a login by the password %s ended', (password, why) => {
  expect(endOfLogin({ passwords }, { password }, 2_000)).toBe(why)
})

it('credentials without passwords have none to speak of', () => {
  expect(endOfLogin({ passwords: undefined }, { password: 'gone' }, 2_000)).toBe('this login was ended')
})

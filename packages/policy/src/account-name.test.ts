import { expect, test } from 'vitest'
import { parseAccountName } from './account-name.ts'

test.each([
  ['myregistry', 'ok'],
  ['a1', 'ok'],
  ['a-b--c', 'ok'],
  ['x'.repeat(63), 'ok'],
  ['x'.repeat(64), 'length'],
  ['a', 'length'],
  ['', 'length'],
  ['-a', 'characters'],
  ['a-', 'characters'],
  ['Acme', 'characters'],
  ['docker.io', 'characters'],
  ['a/b', 'characters'],
  ['aé', 'characters'],
  ['ab\n', 'characters'],
  ['v2', 'reserved'],
  ['installation', 'reserved'],
])('account name %j: %s', (text, outcome) => {
  const parsed = parseAccountName(text)
  expect(parsed.type === 'ok' ? 'ok' : parsed.error).toBe(outcome)
})

import { expect, test } from 'vitest'
import { parseSetupSecret } from './setup-secret.ts'

test.each([
  ['abc123', 'abc123'],
  ['  abc123 ', 'abc123'],
  ['http://localhost:5000/setup#abc123', 'abc123'],
  ['http://localhost:5000/setup#secret=abc123', 'abc123'],
  ['http://localhost:5000/setup?secret=abc123', 'abc123'],
  ['https://registry.example.com/setup/abc123', 'abc123'],
])('%s holds %s', (text, secret) => {
  expect(parseSetupSecret(text)).toBe(secret)
})

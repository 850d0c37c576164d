import { expect, test } from 'vitest'
import { parseLinkSecret } from './link-secret.ts'

test.each([
  ['abc123', 'abc123'],
  ['  abc123 ', 'abc123'],
  ['http://localhost:5000/setup#abc123', 'abc123'],
  ['http://localhost:5000/setup#secret=abc123', 'abc123'],
  ['http://localhost:5000/setup?secret=abc123', 'abc123'],
  ['https://registry.example.com/setup/abc123', 'abc123'],
])('%s holds %s', (text, secret) => {
  expect(parseLinkSecret(text)).toBe(secret)
})

import { expect, test } from 'vitest'
import { linkServer, parseLinkSecret } from './link-secret.ts'

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

test.each([
  ['http://localhost:5000/setup?secret=whd_set_x', 'http://localhost:5000'],
  ['https://registry.example.com/setup?secret=whd_set_x', 'https://registry.example.com'],
  ['whd_set_x', undefined],
])('the server that %s leads to', (text, server) => {
  expect(linkServer(text)).toBe(server)
})

import { expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import { parseServer } from './server-address.ts'

test.each([
  ['https://registry.example.com', 'https://registry.example.com'],
  ['https://registry.example.com:443/', 'https://registry.example.com'],
  ['registry.example.com:8443', 'https://registry.example.com:8443'],
  ['HTTPS://Registry.Example.com/console', 'https://registry.example.com'],
  ['http://localhost:5000', 'http://localhost:5000'],
  ['localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['http://[::1]:5000', 'http://[::1]:5000'],
  ['http://acme.localhost:5000', 'http://acme.localhost:5000'],
])('%s is %s', (text, origin) => {
  expect(parseServer(text)).toBe(origin)
})

test.each([
  '',
  'http://registry.example.com',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://10.0.0.1:5000',
  'ftp://localhost',
  'https://user:secret@registry.example.com',
])('`%s` is refused before anything is sent', (text) => {
  expect(() => parseServer(text)).toThrow(CliError)
})

import { expect, test } from 'vitest'
import { parsePage } from './pagination.ts'

test.each([
  [undefined, undefined, { limit: 100 }],
  ['10', undefined, { limit: 10 }],
  ['0', undefined, { limit: 0 }],
  ['100', 'v1.0', { limit: 100, last: 'v1.0' }],
  // https://github.com/distribution/distribution/security/advisories/GHSA-hqxw-f8mx-cpmw: a huge `n` allocated memory
  ['101', undefined, { limit: 100 }],
  ['9'.repeat(400), undefined, { limit: 100 }],
  [undefined, 'acme/app', { limit: 100, last: 'acme/app' }],
  [undefined, '', { limit: 100 }],
])('n=%s and last=%s', (n, last, expected) => {
  expect(parsePage(n, last, 100)).toEqual({ type: 'ok', value: expected })
})

test.each(['', '-1', '1.5', 'ten', '1e3', '0x10', ' 1', '+1', '1\n'])('n=%j is refused', (n) => {
  expect(parsePage(n, undefined, 100)).toEqual({ type: 'error', error: 'n-invalid' })
})

test.each(['a b', 'a\n', '\u0000', 'ä', 'a'.repeat(256)])('last=%j is refused', (last) => {
  expect(parsePage(undefined, last, 100)).toEqual({ type: 'error', error: 'last-invalid' })
})

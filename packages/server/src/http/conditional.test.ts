import { expect, it } from 'vitest'
import { hasAlready, partIsOf } from './conditional.ts'

const ETAG = '"sha256:abc"'

it.each([
  [undefined, false],
  ['', false],
  [ETAG, true],
  [`W/${ETAG}`, true],
  ['*', true],
  [` "x" , ${ETAG} `, true],
  ['"x", W/"y"', false],
  ['sha256:abc', false],
  [`${ETAG.slice(0, -1)}`, false],
])('If-None-Match: %s', (header, expected) => {
  expect(hasAlready(header, ETAG)).toBe(expected)
})

it.each([
  [undefined, true],
  [ETAG, true],
  [`W/${ETAG}`, false],
  ['"x"', false],
  ['Sat, 21 Nov 2026 12:00:00 GMT', false],
])('If-Range: %s', (header, expected) => {
  expect(partIsOf(header, ETAG)).toBe(expected)
})

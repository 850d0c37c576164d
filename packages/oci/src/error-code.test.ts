import { expect, test } from 'vitest'
import { ERROR_CODES } from './error-code.ts'

test('every code is written as clients compare it, answers an error, and has one line to say', () => {
  for (const [code, { status, message }] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(message).toMatch(/^[a-zA-Z ,]+$/)
  }
})

// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
test.each([
  ['BLOB_UNKNOWN', 404],
  ['BLOB_UPLOAD_INVALID', 400],
  ['BLOB_UPLOAD_UNKNOWN', 404],
  ['DIGEST_INVALID', 400],
  ['MANIFEST_BLOB_UNKNOWN', 404],
  ['MANIFEST_INVALID', 400],
  ['MANIFEST_UNKNOWN', 404],
  ['NAME_INVALID', 400],
  ['NAME_UNKNOWN', 404],
  ['SIZE_INVALID', 400],
  ['UNAUTHORIZED', 401],
  ['DENIED', 403],
  ['UNSUPPORTED', 405],
  ['TOOMANYREQUESTS', 429],
] as const)('%s is answered with %i', (code, status) => {
  expect(ERROR_CODES[code].status).toBe(status)
})

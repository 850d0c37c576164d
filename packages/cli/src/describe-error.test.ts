import { ORPCError } from '@orpc/client'
import { API_ERRORS } from '@wharden/api'
import { expect, test } from 'vitest'
import { CliError } from './cli-error.ts'
import { describeError } from './describe-error.ts'

const SERVER = 'https://registry.example.com'

test('every error of the API has an exit code of its own choosing', () => {
  const exits = Object.entries(API_ERRORS).map(([code, { status, message }]) => [
    code,
    describeError(new ORPCError(code, { status, message }), SERVER).exit,
  ])
  expect(Object.fromEntries(exits)).toEqual({
    unauthenticated: 'notSignedIn',
    forbidden: 'failed',
    not_found: 'notFound',
    conflict: 'conflict',
    invalid: 'usage',
    limit_reached: 'failed',
    gone: 'failed',
    too_many: 'failed',
    unavailable: 'unreachable',
  })
})

test.each([
  ['`rights.repositories.0.repository`: `a:b` is no name', '`repository`: `a:b` is no name'],
  ['`addresses.0`: use an address', '`addresses`: use an address'],
  ['`organization`: use letters', '`organization`: use letters'],
  ['`my.map` is not there', '`my.map` is not there'],
  ['`policy.rules.57.pattern`: use a host', '`policy.rules.57.pattern`: use a host'],
])('a place in the request is not what was typed: %s', (message, said) => {
  expect(describeError(new ORPCError('invalid', { status: 400, message }), SERVER).message).toBe(said)
})

test.each([
  {
    error: new ORPCError('forbidden', { status: 403, message: 'no', data: { decision: 'd-123' } }),
    next: '`wharden explain d-123` says why',
  },
  {
    error: new ORPCError('too_many', { status: 429, message: 'slowly', data: { retryAfterSeconds: 7 } }),
    next: 'try again in 7 s',
  },
  { error: new CliError('usage', 'which?', 'say it'), next: 'say it' },
])('$error.message: $next', ({ error, next }) => {
  expect(describeError(error, SERVER)).toMatchObject({ message: error.message, next })
})

test('an answer that is none of ours says who gave it', () => {
  const error = new ORPCError('MALFORMED_ORPC_ERROR_RESPONSE', { status: 502, message: 'Bad Gateway' })
  expect(describeError(error, SERVER)).toMatchObject({
    exit: 'failed',
    message: `${SERVER} answered 502, which this command does not understand: Bad Gateway`,
  })
})

test.each([
  ['ECONNREFUSED', 'connect ECONNREFUSED', 'cannot reach'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND', 'cannot reach'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'is not trusted'],
  ['CERT_HAS_EXPIRED', 'certificate has expired', 'is not trusted'],
])('%s is exit code 5, in words', (code, message, words) => {
  const error = new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
  const described = describeError(error, SERVER)
  expect(described.exit).toBe('unreachable')
  expect(described.message).toContain(words)
  expect(described.message).toContain(message)
  expect(described.message).toContain(SERVER)
})

test.each([undefined, 'text', new Error('plain'), { code: 5 }])(
  'whatever else is thrown is exit code 1',
  (thrown) => {
    expect(describeError(thrown, SERVER).exit).toBe('failed')
  },
)

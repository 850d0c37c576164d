/** How the control plane and its authority say what goes wrong, over a real connection. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, type AppErrorCode, type AppErrorDetail } from '../../errors.ts'
import { OAuthError, refuseSignIn } from './oauth-error.ts'
import { renderArmError } from './render-arm-error.ts'

let refuse: (response: ServerResponse) => void
const server = createServer((_request, response) => refuse(response))
let url: string

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

async function refusedBy(refusal: typeof refuse, method = 'GET') {
  refuse = refusal
  const answer = await fetch(url, { method })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
}

describe('the Resource Manager', () => {
  const refused = (code: AppErrorCode, detail: AppErrorDetail = {}, method = 'GET') =>
    refusedBy(
      (response) => renderArmError(response, 'https://a.test', new AppError(code, 'why', detail)),
      method,
    )

  it.each([
    ['credential-invalid', 401, 'InvalidAuthenticationToken'],
    ['denied', 403, 'AuthorizationFailed'],
    ['limit-reached', 403, 'QuotaExceeded'],
    ['not-found', 404, 'ResourceNotFound'],
    ['unsupported', 405, 'MethodNotAllowed'],
    ['conflict', 409, 'Conflict'],
    ['invalid', 400, 'InvalidParameter'],
    ['too-large', 413, 'RequestTooLarge'],
    ['too-many-requests', 429, 'TooManyRequests'],
    ['busy', 503, 'ServiceUnavailable'],
    ['unavailable', 503, 'ServiceUnavailable'],
    ['storage-full', 507, 'ServiceUnavailable'],
  ] as const)('says %s by %i %s', async (code, status, expected) => {
    expect(await refused(code)).toMatchObject({ status, body: { error: { code: expected, message: 'why' } } })
  })

  it('says what is wrong in its own words, how long to wait, and where to sign in', async () => {
    const invalid = await refused('invalid', { field: 'repositories.3.repository' })
    expect(invalid.body).toEqual({
      error: { code: 'InvalidParameter', message: 'why', target: 'properties.actions' },
    })
    expect((await refused('busy', { retryAfterSeconds: 3 })).headers.get('retry-after')).toBe('3')
    expect((await refused('credential-invalid')).headers.get('www-authenticate')).toBe(
      'Bearer authorization_uri="https://a.test/adfs", resource_id="https://a.test/"',
    )
    expect((await refused('not-found', {}, 'HEAD')).body).toBeUndefined()
  })
})

describe('the authority', () => {
  it.each([
    [new OAuthError('unsupported_grant_type', 'why'), 400, 'unsupported_grant_type'],
    [new OAuthError('invalid_client', 'why'), 401, 'invalid_client'],
    [new AppError('credential-invalid', 'why'), 401, 'invalid_client'],
    [new AppError('denied', 'why'), 400, 'unauthorized_client'],
    [new AppError('invalid', 'why'), 400, 'invalid_request'],
    [new AppError('too-large', 'why'), 413, 'invalid_request'],
    [new AppError('too-many-requests', 'why', { retryAfterSeconds: 3 }), 429, 'slow_down'],
    [new AppError('unavailable', 'why', { retryAfterSeconds: 3 }), 503, 'temporarily_unavailable'],
  ])('says %s', async (failure, status, error) => {
    const answer = await refusedBy((response) => refuseSignIn(response, failure))
    expect(answer).toMatchObject({ status, body: { error, error_description: 'why' } })
    const { retryAfterSeconds } = 'detail' in failure ? failure.detail : {}
    expect(answer.headers.get('retry-after')).toBe(retryAfterSeconds === undefined ? null : '3')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})

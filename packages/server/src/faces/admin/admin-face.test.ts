import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

describe('requests that never become an operation', () => {
  const json = { 'content-type': 'application/json' }
  test.each([
    { what: 'an unknown path', method: 'GET', path: '/nothing', status: 404, code: 'not_found' },
    {
      what: 'a known path by another method',
      method: 'PUT',
      path: '/organizations',
      status: 404,
      code: 'not_found',
    },
    {
      what: 'what is not JSON',
      method: 'POST',
      path: '/sessions',
      body: '{',
      headers: json,
      status: 400,
      code: 'invalid',
    },
    {
      what: 'text with a NUL in it',
      method: 'POST',
      path: '/sessions',
      body: '{"user":"a\\u0000b","password":"x"}',
      headers: json,
      status: 400,
      code: 'invalid',
    },
    {
      what: 'JSON that is no UTF-8',
      method: 'POST',
      path: '/sessions',
      body: '"\ud800"',
      headers: json,
      status: 400,
      code: 'invalid',
    },
    {
      what: 'a form',
      method: 'POST',
      path: '/sessions',
      body: 'user=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 400,
      code: 'invalid',
    },
    {
      what: 'a body of no type',
      method: 'POST',
      path: '/sessions',
      body: '{}',
      status: 400,
      code: 'invalid',
    },
    {
      what: 'too much',
      method: 'POST',
      path: '/sessions',
      body: `"${'x'.repeat(70_000)}"`,
      headers: json,
      status: 400,
      code: 'invalid',
    },
    {
      what: 'too much from a stranger, where members may say much',
      method: 'POST',
      path: '/tokens',
      body: `"${'x'.repeat(70_000)}"`,
      headers: json,
      status: 400,
      code: 'invalid',
    },
    {
      what: 'a garbled Authorization',
      method: 'GET',
      path: '/users',
      headers: { authorization: 'Bearer' },
      status: 401,
      code: 'unauthenticated',
    },
    {
      what: 'another scheme',
      method: 'GET',
      path: '/version',
      headers: { authorization: 'Negotiate abc' },
      status: 401,
      code: 'unauthenticated',
    },
    {
      what: 'a secret that is nobody’s',
      method: 'GET',
      path: '/version',
      headers: { authorization: 'Bearer whd_ses_000000000000000000000000000000000000' },
      status: 401,
      code: 'unauthenticated',
    },
    {
      what: 'a path that climbs',
      method: 'GET',
      path: '/organizations/acme/repositories/../../..',
      status: 404,
      code: 'not_found',
    },
  ])('$what: $status $code', async ({ method, path, body, headers, status, code }) => {
    const answer = await bed.call(method, path, {
      ...(body !== undefined && { body }),
      ...(headers !== undefined && { headers }),
    })
    expect([answer.status, answer.body?.code, answer.body?.defined]).toEqual([status, code, true])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('what is wrong with an input is said by field, and without a credential nothing is said', async () => {
    const sent = { body: { name: 'No Good' } }
    expect((await bed.call('POST', '/organizations', { ...sent, as: root })).body).toMatchObject({
      code: 'invalid',
      data: { field: 'name' },
    })
    expect((await bed.call('POST', '/organizations', sent)).body.code).toBe('unauthenticated')
  })

  test('401 names the scheme', async () => {
    expect((await bed.call('GET', '/users')).headers['www-authenticate']).toBe('Bearer realm="wharden"')
  })
})

test('a token is taken as Basic too, with its own name only', async () => {
  const body = { kind: 'pat', label: 'cli', repositories: [{ repository: '*', permissions: ['repo:read'] }] }
  const [{ value }] = (await bed.must('POST', '/tokens', { as: root, body })).secrets
  const basic = (name: string) => ({
    headers: { authorization: `Basic ${Buffer.from(`${name}:${value}`).toString('base64')}` },
  })
  expect((await bed.call('GET', '/sessions/current', basic('root'))).body).toMatchObject({ user: 'root' })
  expect((await bed.call('GET', '/sessions/current', basic('acme'))).status).toBe(401)
})

test('a token bound to addresses is turned away from others, whatever it asks', async () => {
  const body = {
    kind: 'pat',
    label: 'office',
    addresses: ['203.0.113.0/24'],
    repositories: [{ repository: '*', permissions: ['repo:read'] }],
  }
  const [{ value }] = (await bed.must('POST', '/tokens', { as: root, body })).secrets
  const from = async (address: string) =>
    (await bed.call('GET', '/sessions/current', { as: value, from: address })).status
  expect([await from('203.0.113.9'), await from('198.51.100.7')]).toEqual([200, 403])
})

describe('the description', () => {
  test('is the golden one', async () => {
    const { body } = await bed.send('GET', '/api/openapi.json')
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../../docs/api/openapi.json',
    )
  })

  test('as a page names every operation, needs nothing from elsewhere and runs nothing', async () => {
    const page = await bed.send('GET', '/api')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.text).not.toMatch(/<script[^>]|https?:\/\/[^"]*\.(js|css)/)
    expect(page.headers['content-security-policy']).toMatch(/script-src 'sha256-[^']+';/)
    for (const id of ['setup_complete', 'token_create', 'decision_explain'])
      expect(page.text).toContain(`id="${id}"`)
  })
})

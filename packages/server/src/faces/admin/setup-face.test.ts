import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureSetupLink } from '../../operations/manage/create-setup-link.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let secret: string

beforeEach(async () => {
  bed = await openAdminBed()
  const link = await ensureSetupLink(bed.house)
  if (link.type !== 'waiting') throw new Error('set up already')
  secret = link.secret.reveal()
})
afterEach(() => bed.close())

const PASSWORD = 'correct horse battery'

function form(fields: Readonly<Record<string, string>>) {
  const sent = { secret, user: 'alice', password: PASSWORD, repeated: PASSWORD, ...fields }
  return bed.send('POST', '/setup', {
    body: new URLSearchParams(sent).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

describe('the form', () => {
  test('is one page that fetches, runs and tells nothing, with the secret filled in', async () => {
    const page = await bed.send('GET', `/setup?secret=${secret}`)
    expect([page.status, page.headers['referrer-policy'], page.headers['cache-control']]).toEqual([
      200,
      'no-referrer',
      'no-store',
    ])
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]+='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(page.text).toContain(`value="${secret}"`)
    expect(page.text).not.toMatch(/<script|\ssrc=|<link/)
  })

  test('every field has a label', async () => {
    const { text } = await bed.send('GET', '/setup')
    const ids = [...text.matchAll(/<input\s+id="(\w+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(['secret', 'user', 'displayName', 'password', 'repeated', 'organization'])
    for (const id of ids) expect(text).toContain(`<label for="${id}">`)
  })

  test('what came with the link is shown, never obeyed', async () => {
    const { text } = await bed.send(
      'GET',
      `/setup?secret=${encodeURIComponent('"><script>alert(1)</script>')}`,
    )
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
  })

  test('makes the administrator and the organization, and says what to do next', async () => {
    const page = await form({ organization: 'acme', displayName: 'Alice' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('wharden login http://localhost:5000 --username alice')
    expect(page.text).not.toContain('whd_')
    const session = await bed.must('POST', '/sessions', { body: { user: 'alice', password: PASSWORD } })
    expect((await bed.call('GET', '/sessions/current', { as: session.secret })).body).toMatchObject({
      displayName: 'Alice',
      installationAdministrator: true,
      memberships: [{ organization: 'acme', role: 'owner' }],
    })
  })

  test.each([
    { what: 'no user name', fields: { user: '' }, field: 'user', says: 'This is needed' },
    {
      what: 'a user name that is none',
      fields: { user: 'Alice!' },
      field: 'user',
      says: 'Use lower-case letters',
    },
    {
      what: 'a short password',
      fields: { password: 'short', repeated: 'short' },
      field: 'password',
      says: '8',
    },
    {
      what: 'another password the second time',
      fields: { repeated: 'something else' },
      field: 'repeated',
      says: 'passwords differ',
    },
    {
      what: 'one name for two',
      fields: { organization: 'alice' },
      field: 'organization',
      says: 'another name',
    },
  ])('$what: says so at the field, keeps the rest but no password', async ({ fields, field, says }) => {
    const page = await form(fields)
    expect(page.status).toBe(400)
    expect(page.text).toContain(`id="${field}-error"`)
    expect(page.text).toContain(says)
    expect(page.text).not.toContain(PASSWORD)
    expect(await bed.house.store.read.users.count()).toBe(0)
  })

  test('a wrong secret, and a form that is none, are refused', async () => {
    expect((await form({ secret: 'guess' })).status).toBe(410)
    expect((await form({ secret: 'whd_set_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW03nM9C' })).status).toBe(410)
    expect((await bed.send('POST', '/setup', { body: { user: 'alice' } })).status).toBe(400)
    expect((await form({ displayName: 'x'.repeat(10_000) })).status).toBe(413)
  })

  test('after a day the link has expired, and a restart makes a new one', async () => {
    bed.pass(86_400_000)
    const page = await bed.send('GET', `/setup?secret=${secret}`)
    expect([page.status, page.text.includes('Restart the server')]).toEqual([410, true])
    expect((await form({})).status).toBe(410)
    expect((await bed.call('GET', '/setup')).body).toEqual({ type: 'expired' })
    const old = secret
    const link = await ensureSetupLink(bed.house)
    secret = link.type === 'waiting' ? link.secret.reveal() : ''
    expect((await form({ secret: old })).status).toBe(410)
    expect((await form({})).status).toBe(200)
  })
})

test('of twenty who complete the set-up at the same time one succeeds', async () => {
  const attempts = Array.from({ length: 20 }, (_, index) =>
    bed.call('POST', '/setup', {
      body: { secret, user: `admin-${index}`, password: PASSWORD, organization: `acme-${index}` },
      from: `192.0.2.${index}`,
    }),
  )
  const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort()
  expect(statuses).toEqual([201, ...Array<number>(19).fill(410)])
  const { read, installation } = bed.house.store
  expect(await read.users.count()).toBe(1)
  expect((await read.organizations.list({ limit: 10 })).items).toHaveLength(1)
  const events = (await read.audit.list(installation, { limit: 10 })).items.map(({ type }) => type)
  expect(events.filter((type) => type === 'setup_completed')).toHaveLength(1)
  expect(await ensureSetupLink(bed.house)).toEqual({ type: 'complete' })
  expect((await bed.send('GET', `/setup?secret=${secret}`)).text).toContain('set up already')
})

describe('a password link', () => {
  test('sets a password once, ends all sessions, and a newer link ends an older one', async () => {
    await form({})
    const sessionOf = async (password: string) =>
      bed.call('POST', '/sessions', { body: { user: 'alice', password } })
    const { body: first } = await sessionOf(PASSWORD)
    const made = async () =>
      (await bed.must('POST', '/users/alice/password-links', { as: first.secret, body: {} })).secret
    const older = await made()
    const newer = await made()
    const set = (link: string, password: string) =>
      bed.send('POST', '/password', {
        body: new URLSearchParams({ secret: link, password, repeated: password }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
    expect((await set(older, 'another password')).status).toBe(410)
    expect((await set(newer, 'another password')).status).toBe(200)
    expect((await set(newer, 'a third password')).status).toBe(410)
    expect((await bed.call('GET', '/sessions/current', { as: first.secret })).status).toBe(401)
    expect([(await sessionOf(PASSWORD)).status, (await sessionOf('another password')).status]).toEqual([
      401, 201,
    ])
  })

  test('doesn’t complete a set-up, nor a set-up link set a password', async () => {
    await form({})
    const { body } = await bed.call('POST', '/sessions', { body: { user: 'alice', password: PASSWORD } })
    const link = await bed.must('POST', '/users/alice/password-links', { as: body.secret, body: {} })
    expect((await form({ secret: link.secret, user: 'eve' })).status).toBe(410)
    expect(
      (await bed.call('POST', '/passwords', { body: { secret, password: 'another password' } })).status,
    ).toBe(410)
  })
})

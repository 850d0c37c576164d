import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

async function linkFor(invitee: string, body: object = {}) {
  const wish = { as: root, body: { invitees: [invitee], ...body } }
  const { invitees } = await bed.must('POST', '/organizations/acme/invites', wish)
  return {
    id: invitees[0].invite.id,
    secret: invitees[0].link.secret as string,
    url: new URL(invitees[0].link.url),
  }
}

const open = ({ url }: { url: URL }, more = '') => bed.send('GET', `${url.pathname}${url.search}${more}`)

function send(path: string, fields: Readonly<Record<string, string>>) {
  return bed.send('POST', `/invites/${path}`, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

describe('the page of an invite', () => {
  test('says who invites whom to what, until when, with a label for every field', async () => {
    const link = await linkFor('new@example.com', { role: 'auditor' })
    const page = await open(link)
    expect(page.status).toBe(200)
    const said = page.text.replaceAll(/<[^>]+>|\s+/g, ' ').replaceAll(/ +/g, ' ')
    expect(said).toContain(
      'root invites new@example.com to be auditor of acme . The invite is good until 2026-11-28',
    )
    const ids = [...page.text.matchAll(/<input\s+id="(\w+)"/g)].map(([, id]) => id)
    expect(ids).toEqual(['user', 'displayName', 'password', 'repeated'])
    for (const id of ids) expect(page.text).toContain(`<label for="${id}">`)
    expect(page.text).not.toMatch(/<script|\ssrc=|<link/)
    expect(page.headers['referrer-policy']).toBe('no-referrer')
  })

  test('makes an account and a member', async () => {
    const { secret } = await linkFor('ann@example.com', { role: 'editor' })
    const password = bed.password
    const done = await send('register', {
      secret,
      user: 'ann',
      displayName: 'Ann',
      password,
      repeated: password,
    })
    expect([done.status, done.text.includes('wharden login http://localhost:5000 --username ann')]).toEqual([
      200,
      true,
    ])
    expect(done.text).not.toContain('whd_')
    const { secret: session } = await bed.must('POST', '/sessions', { body: { user: 'ann', password } })
    expect(await bed.must('GET', '/sessions/current', { as: session })).toMatchObject({
      displayName: 'Ann',
      memberships: [{ organization: 'acme', role: 'editor' }],
    })
  })

  test.each([
    { what: 'no user name', fields: { user: '' }, field: 'user', says: 'This is needed' },
    { what: 'a name that is taken', fields: { user: 'root' }, field: 'user', says: 'is taken', status: 409 },
    {
      what: 'a short password',
      fields: { password: 'short', repeated: 'short' },
      field: 'password',
      says: '8',
    },
    { what: 'another one the second time', fields: { repeated: 'else' }, field: 'repeated', says: 'differ' },
  ])(
    '$what: says so at the field, keeps the rest but no password',
    async ({ what, fields, field, says, status = 400 }) => {
      const { secret } = await linkFor(`${what.replaceAll(' ', '-')}@example.com`)
      const sent = {
        secret,
        user: 'carl',
        displayName: 'Carl',
        password: bed.password,
        repeated: bed.password,
      }
      const page = await send('register', { ...sent, ...fields })
      expect(page.status).toBe(status)
      expect(page.text).toContain(`id="${field}-error"`)
      expect(page.text).toContain(says)
      expect(page.text).toContain('value="Carl"')
      expect(page.text).not.toContain(bed.password)
      expect((await bed.call('GET', '/users/carl', { as: root })).status).toBe(404)
    },
  )

  test('takes a password of an account there is, and leaves no session behind', async () => {
    await bed.person('bob', root)
    const link = await linkFor('bob')
    const page = await open(link)
    expect(page.text).toContain('value="bob"')
    expect(page.text).not.toContain('/invites/register')
    const { secret } = link
    const wrong = await send('accept', { secret, user: 'bob', password: 'wrong' })
    expect([wrong.status, wrong.text.includes('The user name or the password is wrong.')]).toEqual([
      400,
      true,
    ])
    const done = await send('accept', { secret, user: 'bob', password: bed.password })
    expect([
      done.status,
      done.text.includes('Hello bob: you are a member of `acme` now: its member.'),
    ]).toEqual([200, true])
    expect((await open(link)).status).toBe(410)
    const { items } = await bed.must('GET', '/audit?subject=user/bob', { as: root })
    expect(items.map(({ event }: { event: string }) => event).slice(0, 2)).toEqual([
      'session_deleted',
      'session_created',
    ])
  })

  test('offers an address’s invite to whoever has an account, and nobody a place to guess', async () => {
    await bed.person('dora', root)
    const link = await linkFor('dora@example.com')
    expect((await open(link)).text).toContain(`${link.url.search}&amp;account=yes`)
    expect((await open(link, '&account=yes')).text).toContain('action="/invites/accept"')
    const { secret } = link
    expect((await send('accept', { secret: 'guess', user: 'dora', password: bed.password })).status).toBe(404)
    expect((await send('accept', { secret, user: 'dora', password: bed.password })).status).toBe(200)
  })

  test('is declined with a button, and says afterwards that it was', async () => {
    const link = await linkFor('no@example.com')
    expect((await send('decline', { secret: link.secret })).text).toContain('You have declined')
    const late = await open(link)
    expect([late.status, late.text.includes('was declined; if you want it after all')]).toEqual([410, true])
    expect((await send('decline', { secret: link.secret })).status).toBe(410)
  })

  test('shows what came with the link, and never obeys it', async () => {
    const page = await bed.send('GET', `/invites?secret=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect([page.status, page.text.includes('<script')]).toEqual([404, false])
    expect((await bed.send('GET', '/invites')).status).toBe(404)
    expect((await bed.send('POST', '/invites/accept', { body: { secret: 'x' } })).status).toBe(400)
  })
})

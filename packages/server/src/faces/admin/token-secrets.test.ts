import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const PULL = [{ repository: 'samples/*', permissions: ['scope-image-pull'] }]

type Made = { readonly id: string; readonly secret: string }

async function make(body: object = {}): Promise<Made> {
  const all = { kind: 'oat', organization: 'acme', label: 'ci', repositories: PULL, renewable: true, ...body }
  const { token, secrets } = await bed.must('POST', '/tokens', { as: root, body: all })
  return { id: token.id, secret: secrets[0].value }
}

const personal = () =>
  make({
    kind: 'pat',
    organization: undefined,
    repositories: [{ repository: '*', permissions: ['repo:read'] }],
  })
const device = (name: string) =>
  make({
    kind: 'registry-token',
    name,
    label: undefined,
    repositories: undefined,
    rights: { type: 'scope-map', scopeMap: '_repositories_pull' },
  })

const renew = (as: string, body: object = {}) => bed.call('POST', '/tokens/current/renewals', { as, body })
const rotate = (id: string, body: object = {}, as = root) =>
  bed.call('POST', `/tokens/${id}/rotations`, { as, body })
const works = async (as: string) => (await bed.call('GET', '/sessions/current', { as })).status === 200
const inDays = (days: number) => new Date(bed.house.clock() + days * DAY).toISOString()

describe('a token that may renew itself', () => {
  test.each([
    { kind: 'oat', name: 'secret', one: () => make({ expiresAt: inDays(30) }) },
    { kind: 'pat', name: 'secret', one: personal },
    { kind: 'registry-token', name: 'password1', one: () => device('renewing') },
  ])('$kind: gets another secret; the old one goes on for ten minutes', async ({ kind, name, one }) => {
    const { id, secret } = await one()
    const before = await bed.must('GET', `/tokens/${id}`, { as: root })
    const { status, body } = await renew(secret)
    expect([status, body.secrets[0].name, body.token.kind]).toEqual([201, name, kind])
    expect(body.secrets[0].value).not.toBe(secret)
    expect(body.secrets[0].expiresAt).toBe(before.expiresAt)
    const { passwords: _, lastUsed: _used, ...rights } = before
    expect(body.token).toMatchObject(rights)
    expect([await works(secret), await works(body.secrets[0].value)]).toEqual([true, true])
    bed.pass(10 * MINUTE - 1)
    expect(await works(secret)).toBe(true)
    bed.pass(1)
    expect([await works(secret), await works(body.secrets[0].value)]).toEqual([false, true])
    const ended = await bed.call('GET', '/sessions/current', { as: secret })
    expect(ended.body.message).toMatch(/was replaced, and ended on .*: use the new one/)
    expect((await renew(body.secrets[0].value)).status).toBe(201)
  })

  test('never outlives the end that was chosen when it was made', async () => {
    const { secret } = await make({ expiresAt: inDays(1) })
    bed.pass(DAY - MINUTE)
    const { body } = await renew(secret, { overlapSeconds: 3_600 })
    expect(body.previousUntil).toBe(body.token.expiresAt)
    bed.pass(MINUTE)
    expect([await works(secret), await works(body.secrets[0].value)]).toEqual([false, false])
    expect((await renew(body.secrets[0].value)).status).toBe(401)
  })

  test('overlaps for an hour at most', async () => {
    const { secret } = await make()
    const statuses = []
    for (const overlapSeconds of [3_601, -1, 0.5, 3_600])
      statuses.push((await renew(secret, { overlapSeconds })).status)
    expect(statuses).toEqual([400, 400, 400, 201])
  })

  test('renews once until the overlap has ended, and not by a secret that was replaced', async () => {
    const { secret } = await make()
    const { body } = await renew(secret)
    expect((await renew(secret)).body.message).toContain('this secret was replaced already: use the new one')
    expect((await renew(body.secrets[0].value)).body.message).toMatch(/holds until .*; renew it after that/)
    expect(await works(secret)).toBe(true)
    bed.pass(10 * MINUTE)
    expect((await renew(body.secrets[0].value)).status).toBe(201)
  })

  test('does it from its own addresses only', async () => {
    const { secret } = await make({ addresses: ['192.0.2.0/24'] })
    expect((await renew(secret)).status).toBe(403)
    const near = await bed.call('POST', '/tokens/current/renewals', {
      as: secret,
      body: {},
      from: '192.0.2.9',
    })
    expect(near.status).toBe(201)
  })

  test('is remembered without its secrets', async () => {
    const { id, secret } = await make()
    const { body } = await renew(secret)
    const { items } = await bed.must('GET', '/audit?organization=acme&limit=3', { as: root })
    expect(items[0]).toMatchObject({
      event: 'token_renewed',
      subject: `token/${id}`,
      actor: { type: 'organization', id },
      after: { name: 'ci', secret: 'token', previousUntil: body.previousUntil },
    })
    for (const text of [JSON.stringify(items), bed.logged()]) {
      for (const one of [secret, body.secrets[0].value]) expect(text).not.toContain(one)
    }
  })
})

describe('refused is the renewal of', () => {
  test('what was not made renewable, and of a session', async () => {
    const { secret } = await make({ renewable: false })
    const answers = [await renew(secret), await renew(root)]
    expect(answers.map(({ status, body }) => [status, body.message])).toEqual([
      [403, expect.stringContaining('this token may not renew itself: that is chosen when a token is made')],
      [403, expect.stringContaining('only a token renews itself')],
    ])
  })

  test('what is deactivated or expired', async () => {
    const [off, old] = [await make(), await make({ expiresAt: inDays(1) })]
    await bed.must('PATCH', `/tokens/${off.id}`, { as: root, body: { status: 'inactive' } })
    bed.pass(DAY)
    expect([(await renew(off.secret)).status, (await renew(old.secret)).status]).toEqual([401, 401])
  })
})

describe('whoever manages a token rotates it', () => {
  test('with an overlap, or at once', async () => {
    const { id, secret } = await make({ renewable: false })
    const first = await rotate(id, { overlapSeconds: 86_400 })
    expect([first.status, await works(secret), await works(first.body.secrets[0].value)]).toEqual([
      201,
      true,
      true,
    ])
    const second = await rotate(id, { overlapSeconds: 0 })
    expect([
      await works(secret),
      await works(first.body.secrets[0].value),
      await works(second.body.secrets[0].value),
    ]).toEqual([false, false, true])
    const { items } = await bed.must('GET', '/audit?organization=acme&limit=1', { as: root })
    expect(items[0]).toMatchObject({
      event: 'token_rotated',
      subject: `token/${id}`,
      actor: { name: 'root' },
      after: { name: 'ci', previousUntil: second.body.previousUntil },
    })
  })

  test('an owner whose rights are on all of an organization, where the token has one repository by name', async () => {
    const { id } = await make({
      repositories: [{ repository: 'samples/one', permissions: ['scope-image-push'] }],
      organizationScopes: ['scope-member-edit'],
    })
    expect((await rotate(id)).status).toBe(201)
  })

  test('a personal one by its user alone, signed in', async () => {
    const { id, secret } = await personal()
    const ann = await bed.person('ann', root, { organization: 'acme', role: 'owner' })
    expect([(await rotate(id, {}, ann)).status, (await rotate(id, {}, secret)).status]).toEqual([404, 403])
    expect((await rotate(id)).status).toBe(201)
  })

  test('an organization’s by owners; by nobody who would get from it what they don’t hold', async () => {
    const { id } = await make()
    const statuses = []
    for (const role of ['editor', 'auditor', 'member'])
      statuses.push(
        (await rotate(id, {}, await bed.person(role, root, { organization: 'acme', role }))).status,
      )
    expect(statuses).toEqual([403, 403, 403])
  })

  test('not a registry token, which has two passwords, nor what has ended', async () => {
    const [two, off, old] = [
      await device('two-passwords'),
      await make(),
      await make({ expiresAt: inDays(1) }),
    ]
    expect((await rotate(two.id)).body.message).toContain('has two passwords for that')
    await bed.must('PATCH', `/tokens/${off.id}`, { as: root, body: { status: 'inactive' } })
    bed.pass(DAY)
    expect((await rotate(off.id)).body.message).toContain('is deactivated: it gets no new secret')
    expect((await rotate(old.id)).body.message).toContain('has expired: it gets no new secret')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noticeEndings } from '../../jobs/notice-endings.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let made = 0

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
})
afterAll(() => bed.close())

const DAY = 86_400_000
const PATH = '/organizations/acme/service-principals'
const inDays = (days: number) => new Date(bed.house.clock() + days * DAY).toISOString()
const fresh = () => `principal-${(made += 1)}`
/** Sessions end after a week: the owner signs in again. */
async function pass(milliseconds: number): Promise<void> {
  bed.pass(milliseconds)
  root = (await bed.must('POST', '/sessions', { body: { user: 'root', password: bed.password } })).secret
}
const make = (body: object = {}) => bed.must('POST', PATH, { as: root, body: { name: fresh(), ...body } })
const tryToMake = (body: object) =>
  bed.call('POST', PATH, { as: root, body: { name: fresh(), expiresAt: inDays(1), ...body } })
const update = (id: string, body: object) => bed.call('PATCH', `${PATH}/${id}`, { as: root, body })
const rotate = (id: string, body: object = {}) =>
  bed.call('POST', `${PATH}/${id}/rotations`, { as: root, body })
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether a secret is let in: the administration refuses it either way, but says why. */
async function works(secret: string): Promise<boolean> {
  const { body } = await bed.call('GET', '/sessions/current', { as: secret })
  return body.message.startsWith('a service principal is for `az`')
}

describe('a service principal', () => {
  test('is made with a secret that is shown once, and shown without it from then on', async () => {
    const { servicePrincipal, secret } = await make({ description: 'deploys', addresses: ['192.0.2.0/24'] })
    expect(secret).toMatch(/^whd_spn_\w{36}$/)
    expect(servicePrincipal).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: `principal-${made}`,
      organization: 'acme',
      role: 'contributor',
      description: 'deploys',
      status: 'active',
      addresses: ['192.0.2.0/24'],
      createdAt: new Date(bed.house.clock()).toISOString(),
      createdBy: 'root',
      expiresAt: null,
      expiryNotice: null,
      lastUsed: null,
      tenant: expect.stringMatching(GUID),
    })
    const shown = await bed.must('GET', `${PATH}/${servicePrincipal.id}`, { as: root })
    expect(shown).toEqual(servicePrincipal)
  })

  test('has a name that no other of its organization has, and is found by it', async () => {
    const { servicePrincipal } = await make({ name: 'pipeline' })
    const again = await tryToMake({ name: 'pipeline' })
    expect([again.status, again.body.message]).toEqual([
      409,
      '`acme` has a service principal `pipeline` already; choose another name, or rotate its secret',
    ])
    const elsewhere = { as: root, body: { name: 'pipeline' } }
    await bed.must('POST', '/organizations/other/service-principals', elsewhere)
    const { items } = await bed.must('GET', `${PATH}?name=pipeline`, { as: root })
    expect(items).toEqual([servicePrincipal])
    expect(await bed.must('GET', `${PATH}?name=nobody`, { as: root })).toEqual({ items: [], next: null })
  })

  test('is listed a page at a time, with no token among them, nor another organization’s', async () => {
    await bed.must('POST', '/tokens', { as: root, body: { kind: 'oat', organization: 'acme', label: 'ci' } })
    for (let count = 0; count < 3; count++) await make()
    const names: string[] = []
    for (let after = ''; ;) {
      const { items, next } = await bed.must('GET', `${PATH}?limit=2${after}`, { as: root })
      names.push(...items.map(({ name }: { readonly name: string }) => name))
      if (next === null) break
      after = `&after=${next}`
    }
    expect(names).toEqual(expect.arrayContaining([`principal-${made}`, `principal-${made - 2}`]))
    expect(new Set(names).size).toBe(names.length)
    expect(names).not.toContain('ci')
    expect(await bed.must('GET', '/organizations/other/service-principals', { as: root })).toMatchObject({
      items: [{ organization: 'other' }],
    })
  })

  test.each(['show', 'update', 'rotate', 'delete'] as const)(
    'of another organization is none here: %s',
    async (verb) => {
      const { servicePrincipal } = await make()
      const one = `/organizations/other/service-principals/${servicePrincipal.id}`
      const asked = {
        show: ['GET', one, undefined],
        update: ['PATCH', one, { description: 'x' }],
        rotate: ['POST', `${one}/rotations`, {}],
        delete: ['DELETE', one, undefined],
      } as const
      const [method, path, body] = asked[verb]
      expect((await bed.call(method, path, { as: root, body })).status).toBe(404)
    },
  )

  test('is no token, and a token is none', async () => {
    const { servicePrincipal } = await make()
    const wish = { kind: 'oat', organization: 'acme', label: 'one' }
    const { token } = await bed.must('POST', '/tokens', { as: root, body: wish })
    for (const [method, path] of [
      ['GET', `/tokens/${servicePrincipal.id}`],
      ['DELETE', `/tokens/${servicePrincipal.id}`],
      ['POST', `/tokens/${servicePrincipal.id}/rotations`],
      ['GET', `${PATH}/${token.id}`],
      ['DELETE', `${PATH}/${token.id}`],
      ['POST', `${PATH}/${token.id}/rotations`],
    ] as const)
      expect([path, (await bed.call(method, path, { as: root, body: {} })).status]).toEqual([path, 404])
  })

  test('keeps its role and its end; the rest changes', async () => {
    const { servicePrincipal } = await make({ role: 'reader', expiresAt: inDays(10) })
    const change = { description: 'reads', addresses: ['2001:db8::/32'], status: 'inactive' }
    const { body } = await update(servicePrincipal.id, change)
    expect(body).toEqual({ ...servicePrincipal, ...change })
    const { body: active } = await update(servicePrincipal.id, { status: 'active' })
    expect(active).toMatchObject({ status: 'active', role: 'reader', description: 'reads' })
  })

  test('that has expired can only be deleted', async () => {
    const { servicePrincipal } = await make({ expiresAt: inDays(1) })
    const { id } = servicePrincipal
    await pass(DAY)
    expect(await bed.must('GET', `${PATH}/${id}`, { as: root })).toMatchObject({ status: 'expired' })
    const answers = [await update(id, { status: 'active' }), await rotate(id)]
    expect(answers.map(({ status }) => status)).toEqual([409, 409])
    await bed.must('DELETE', `${PATH}/${id}`, { as: root })
    expect((await bed.call('GET', `${PATH}/${id}`, { as: root })).status).toBe(404)
  })

  test('is told of before it ends, once for each notice', async () => {
    const { servicePrincipal } = await make({ expiresAt: inDays(40) })
    await pass(11 * DAY)
    const signal = new AbortController().signal
    await noticeEndings(bed.house.store, bed.house.clock(), signal)
    await noticeEndings(bed.house.store, bed.house.clock(), signal)
    const asked = '/audit?organization=acme&event=service_principal_expiring'
    const { items } = await bed.must('GET', asked, { as: root })
    const told = items.filter(({ subject }: { readonly subject: string }) =>
      subject.endsWith(servicePrincipal.id),
    )
    expect(told).toMatchObject([{ actor: { type: 'system' }, after: { days: 30, createdBy: 'root' } }])
    expect(await bed.must('GET', `${PATH}/${servicePrincipal.id}`, { as: root })).toMatchObject({
      expiryNotice: 30,
    })
  })

  test.each([
    ['a time that has passed', { expiresAt: '2020-01-01T00:00:00Z' }, 'in the past'],
    ['an unknown role', { role: 'owner' }, 'contributor'],
    ['no name', { name: '' }, '1 to 100'],
    ['what is no network', { addresses: ['everywhere'] }, 'use an address or a network'],
  ])('is not made with %s', async (_, body, says) => {
    const answer = await tryToMake(body)
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(says)
  })

  test('lives no longer than its organization lets them', async () => {
    const limit = (days: number | null) =>
      bed.must('PATCH', '/organizations/acme', {
        as: root,
        body: { maximumLifetimes: { 'service-principal': days } },
      })
    await limit(90)
    const answers = [await tryToMake({ expiresAt: inDays(91) }), await tryToMake({ expiresAt: null })]
    expect(answers.map(({ status, body }) => [status, body.message])).toEqual(
      [1, 2].map(() => [
        400,
        '`acme` lets service principals live for at most 90 days; choose an expiry within them',
      ]),
    )
    expect((await tryToMake({ expiresAt: inDays(90) })).status).toBe(201)
    await limit(null)
  })
})

describe('its secret', () => {
  test('is rotated with an overlap, or at once; then the old one is told that it was replaced', async () => {
    const { servicePrincipal, secret } = await make()
    const first = await rotate(servicePrincipal.id, { overlapSeconds: 3_600 })
    expect(first.status).toBe(201)
    expect(first.body.previousUntil).toBe(new Date(bed.house.clock() + 3_600_000).toISOString())
    expect([await works(secret), await works(first.body.secret)]).toEqual([true, true])
    await pass(3_600_000)
    expect([await works(secret), await works(first.body.secret)]).toEqual([false, true])
    const { body } = await bed.call('GET', '/sessions/current', { as: secret })
    expect(body.message).toMatch(
      new RegExp(`^this secret of the service principal \`principal-${made}\` was replaced, and ended on `),
    )
    const { body: second } = await rotate(servicePrincipal.id, { overlapSeconds: 0 })
    expect([await works(first.body.secret), await works(second.secret)]).toEqual([false, true])
  })

  test('is not replaced while it is disabled', async () => {
    const { servicePrincipal, secret } = await make()
    await update(servicePrincipal.id, { status: 'inactive' })
    const { status, body } = await rotate(servicePrincipal.id)
    expect([status, body.message]).toEqual([
      409,
      'this service principal is disabled: it gets no new secret; enable it first, or create a new one',
    ])
    expect(await works(secret)).toBe(false)
  })

  test('is refused by the administration, as a bearer, by Basic and as the password of `wharden login`', async () => {
    const { servicePrincipal, secret } = await make()
    const basic = Buffer.from(`${servicePrincipal.id}:${secret}`).toString('base64')
    const answers = [
      await bed.call('GET', '/organizations', { as: secret }),
      await bed.call('GET', '/organizations', { headers: { authorization: `Basic ${basic}` } }),
      await bed.call('POST', '/sessions', { body: { user: servicePrincipal.id, password: secret } }),
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(403)
      expect(body.message).toMatch(
        /^a service principal is for `az`, .*: sign in as a person with `wharden login`/,
      )
    }
  })

  test('goes with its client id only', async () => {
    const { servicePrincipal, secret } = await make()
    const basic = Buffer.from(`acme:${secret}`).toString('base64')
    const { status, body } = await bed.call('GET', '/organizations', {
      headers: { authorization: `Basic ${basic}` },
    })
    expect([status, body.message]).toEqual([
      401,
      `this is the secret of the client id \`${servicePrincipal.id}\`: log in with that as the user name`,
    ])
  })
})

test('every change is remembered, with what was before, and without a secret', async () => {
  const { servicePrincipal, secret } = await make({ role: 'reader' })
  const { id } = servicePrincipal
  await update(id, { description: 'changed' })
  const { body } = await rotate(id)
  await bed.must('DELETE', `${PATH}/${id}`, { as: root })
  const { items } = await bed.must('GET', '/audit?organization=acme&limit=4', { as: root })
  const subject = `service-principal/${id}`
  const state = {
    name: `principal-${made}`,
    role: 'reader',
    description: '',
    status: 'active',
    addresses: [],
    createdBy: 'root',
    expiresAt: null,
    expiryNotice: null,
  }
  const changed = { ...state, description: 'changed' }
  expect(items.toReversed()).toMatchObject([
    { event: 'service_principal_created', subject, before: null, after: state },
    { event: 'service_principal_updated', subject, before: state, after: changed },
    {
      event: 'service_principal_rotated',
      subject,
      after: { name: state.name, previousUntil: body.previousUntil },
    },
    { event: 'service_principal_deleted', subject, before: changed, after: null },
  ])
  for (const text of [JSON.stringify(items), bed.logged()])
    for (const one of [secret, body.secret]) expect(text).not.toContain(one)
})

test('an owner who is one by their company makes them as well, and pulls nothing by that alone', async () => {
  const owner = await bed.person('holder', root)
  await bed.must('POST', '/companies', { as: root, body: { name: 'holding' } })
  await bed.must('PUT', '/companies/holding/organizations/acme', { as: root })
  await bed.must('PUT', '/companies/holding/owners/holder', { as: root })
  const { servicePrincipal } = await bed.must('POST', PATH, { as: owner, body: { name: fresh() } })
  expect(servicePrincipal).toMatchObject({ role: 'contributor', createdBy: 'holder' })
})

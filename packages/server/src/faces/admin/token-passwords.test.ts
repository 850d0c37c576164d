import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let count = 0

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const HOUR = 3_600_000
const inHours = (hours: number) => new Date(bed.house.clock() + hours * HOUR).toISOString()
const inDays = (days: number) => inHours(24 * days)
const now = () => new Date(bed.house.clock()).toISOString()

async function device(body: object = {}) {
  const name = `device-${(count += 1)}`
  const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
  const sent = { kind: 'registry-token', organization: 'acme', name, rights, ...body }
  const { token, secrets } = await bed.must('POST', '/tokens', { as: root, body: sent })
  return { name, path: `/tokens/${token.id}`, secrets: secrets.map(({ value }: { value: string }) => value) }
}

const generate = (path: string, body: object = {}, as = root) =>
  bed.call('POST', `${path}/passwords`, { as, body })
const remove = (path: string, name: string, as = root) =>
  bed.call('DELETE', `${path}/passwords/${name}`, { as })
const show = (path: string) => bed.must('GET', path, { as: root })
const works = async (as: string) => (await bed.call('GET', '/sessions/current', { as })).status === 200

async function lastEvent() {
  const { items } = await bed.must('GET', '/audit?organization=acme&limit=1', { as: root })
  return items[0]
}

describe('generating', () => {
  test.each([
    { what: 'one of two', names: ['password2'], works: [true, false] },
    { what: 'the other', names: ['password1'], works: [false, true] },
    { what: 'both', names: ['password2', 'password1'], works: [false, false] },
    { what: 'one, named twice', names: ['password1', 'password1'], works: [false, true] },
    { what: 'none by name is both', names: undefined, works: [false, false] },
  ])('$what: only what is new is shown, and ends what it replaces', async ({ names, works: still }) => {
    const { name, path, secrets } = await device()
    bed.pass(1)
    const made = [...new Set(names ?? ['password1', 'password2'])].toSorted()
    const { status, body } = await generate(path, names === undefined ? {} : { names })
    expect([status, body.secrets.map((secret: { name: string }) => secret.name)]).toEqual([201, made])
    expect(body.login).toEqual({ server: 'localhost:5000', username: name })
    for (const { value } of body.secrets) expect(await works(value)).toBe(true)
    expect(await Promise.all(secrets.map(works))).toEqual(still)
    const times = body.token.passwords.map((one: { createdAt: string }) => one.createdAt === now())
    expect(times).toEqual(still.map((kept) => !kept))
    const passwords = made.map((one) => ({ name: one, expiresAt: null, replaced: true }))
    const note =
      'both passwords were replaced at once: without `--password1` or `--password2` az generates both'
    expect(await lastEvent()).toMatchObject({
      event: 'token_password_generated',
      subject: path.slice(1).replace('tokens', 'token'),
      after: { name, passwords },
    })
    expect((await lastEvent()).after.note).toBe(made.length === 2 ? note : undefined)
  })

  test('where there is none yet replaces nothing, and the log says so', async () => {
    const { name, path } = await device({ passwords: ['password2'] })
    await generate(path, { expiresAt: inHours(3) })
    const passwords = [
      { name: 'password1', expiresAt: inHours(3), replaced: false },
      { name: 'password2', expiresAt: inHours(3), replaced: true },
    ]
    expect(await lastEvent()).toMatchObject({ after: { name, passwords } })
  })

  test('ends at its own end, and no later than the token', async () => {
    const { path, secrets } = await device({ expiresAt: inHours(10) })
    const ends = async (expiresAt: string | null) =>
      (await generate(path, { names: ['password1'], expiresAt })).body.secrets[0].expiresAt
    expect(await ends(inHours(3))).toBe(inHours(3))
    expect(await ends(inHours(30))).toBe(inHours(10))
    expect(await ends(null)).toBe(inHours(10))
    const { body } = await generate(path, { names: ['password1'], expiresAt: inHours(3) })
    const [{ value }] = body.secrets
    bed.pass(3 * HOUR - 1)
    expect(await works(value)).toBe(true)
    bed.pass(1)
    const refused = await bed.call('GET', '/sessions/current', { as: value })
    expect(refused.body.message).toMatch(/^this password of the token `device-\d+` expired on/)
    expect(await works(secrets[1] ?? '')).toBe(true)
  })

  test.each([
    { what: 'a time that has passed', body: { expiresAt: '2020-01-01T00:00:00Z' }, field: 'expiresAt' },
    { what: 'no name at all', body: { names: [] } },
    { what: 'another name', body: { names: ['password3'] } },
  ])('for $what is invalid, and replaces nothing', async ({ body, field }) => {
    const { path, secrets } = await device()
    const answer = await generate(path, body)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid'])
    if (field !== undefined) expect(answer.body.data.field).toBe(field)
    expect(await Promise.all(secrets.map(works))).toEqual([true, true])
  })

  test('goes for a disabled token, which stays disabled; an expired one is past it', async () => {
    const { path } = await device({ status: 'inactive', expiresAt: inHours(1) })
    const { status, body } = await generate(path)
    expect([status, body.token.status, await works(body.secrets[0].value)]).toEqual([201, 'inactive', false])
    bed.pass(HOUR)
    expect((await generate(path)).status).toBe(409)
  })

  test('is for registry tokens: others are rotated', async () => {
    const body = { kind: 'oat', organization: 'acme', label: 'ci', repositories: [] }
    const { token } = await bed.must('POST', '/tokens', { as: root, body })
    for (const answer of [
      await generate(`/tokens/${token.id}`),
      await remove(`/tokens/${token.id}`, 'password1'),
    ])
      expect([answer.status, answer.body.message]).toEqual([
        400,
        expect.stringContaining('wharden token rotate'),
      ])
  })

  test('takes whoever holds what the token may: they would, by its password', async () => {
    const { path } = await device({ rights: { type: 'scope-map', scopeMap: '_repositories_admin' } })
    const editor = await bed.person('hand', root, { organization: 'acme', role: 'editor' })
    expect((await generate(path, {}, editor)).status).toBe(403)
    const owner = await bed.person('boss', root, { organization: 'acme', role: 'owner' })
    expect((await generate(path, {}, owner)).status).toBe(201)
  })

  test('shows secrets in the answer and nowhere else', async () => {
    const { path } = await device()
    const { body } = await generate(path)
    const seen = [bed.logged(), JSON.stringify(await show(path)), JSON.stringify(await lastEvent())].join('')
    for (const { value } of body.secrets) expect(seen).not.toContain(value)
  })
})

describe('deleting', () => {
  test('ends that password; the other goes on', async () => {
    const { name, path, secrets } = await device()
    const { status, body } = await remove(path, 'password1')
    expect([status, body.passwords.map((one: { name: string }) => one.name)]).toEqual([200, ['password2']])
    expect(await Promise.all(secrets.map(works))).toEqual([false, true])
    expect(await lastEvent()).toMatchObject({
      event: 'token_password_deleted',
      before: { name, passwords: [{ name: 'password1', expiresAt: null }] },
    })
    const again = await remove(path, 'password1')
    expect([again.status, again.body.message]).toEqual([404, `the token \`${name}\` has no password1`])
    expect((await remove(path, 'password2')).body.passwords).toEqual([])
    expect((await show(path)).status).toBe('active')
  })

  test('goes for an expired token as well', async () => {
    const { path } = await device({ expiresAt: inHours(1) })
    bed.pass(HOUR)
    expect((await remove(path, 'password1')).status).toBe(200)
  })
})

test('passwords made with the token have an end of their own, and the token none', async () => {
  const { path, secrets } = await device({ passwordsExpireAt: inHours(2) })
  expect(await show(path)).toMatchObject({
    expiresAt: null,
    passwords: [{ expiresAt: inHours(2) }, { expiresAt: inHours(2) }],
  })
  bed.pass(2 * HOUR)
  expect(await Promise.all(secrets.map(works))).toEqual([false, false])
  expect((await show(path)).status).toBe('active')
  const { body } = await generate(path, { names: ['password1'] })
  expect(await works(body.secrets[0].value)).toBe(true)
})

test('whose passwords end soon is listed with those that do', async () => {
  await bed.must('POST', '/organizations', { as: root, body: { name: 'ending' } })
  const one = (name: string, body: object) => device({ organization: 'ending', name, ...body })
  await one('soon-itself', { expiresAt: inDays(3) })
  const { path } = await one('soon-one', { passwordsExpireAt: inDays(40) })
  await generate(path, { names: ['password2'], expiresAt: inDays(3) })
  await one('later', { passwordsExpireAt: inDays(40) })
  await one('never', {})
  const ending = async (more = '') => {
    const { items } = await bed.must('GET', `/tokens?organization=ending&expiringWithin=7${more}`, {
      as: root,
    })
    return items.map(({ name }: { name: string }) => name)
  }
  expect(await ending()).toEqual(['soon-itself', 'soon-one'])
  expect([await ending('&name=soon-one'), await ending('&name=later')]).toEqual([['soon-one'], []])
})

test('a password that a renewal replaced ends with the next one that is generated', async () => {
  const { path, secrets } = await device({ renewable: true })
  const [old = ''] = secrets
  const body = { overlapSeconds: 3_600 }
  const renewed = (await bed.must('POST', '/tokens/current/renewals', { as: old, body })).secrets[0].value
  expect([await works(old), await works(renewed)]).toEqual([true, true])
  await generate(path, { names: ['password1'] })
  expect([await works(old), await works(renewed), await works(secrets[1] ?? '')]).toEqual([
    false,
    false,
    true,
  ])
})

describe('an organization’s maximum lifetime', () => {
  beforeAll(async () => {
    const body = { maximumLifetimes: { 'registry-token': 30 } }
    await bed.must('PATCH', '/organizations/acme', { as: root, body })
  })

  const LONGER = '`acme` lets registry tokens live for at most 30 days; choose an expiry within them'
  const create = (body: object) => {
    const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
    const name = `bound-${(count += 1)}`
    const sent = { kind: 'registry-token', organization: 'acme', name, rights, ...body }
    return bed.call('POST', '/tokens', { as: root, body: sent })
  }

  test.each([
    { what: 'a token without an end', body: () => ({}), status: 400 },
    { what: 'passwords that end too late', body: () => ({ passwordsExpireAt: inDays(31) }), status: 400 },
    { what: 'a token that ends too late', body: () => ({ expiresAt: inDays(31) }), status: 400 },
    { what: 'passwords that end in time', body: () => ({ passwordsExpireAt: inDays(30) }), status: 201 },
    { what: 'a token that ends in time', body: () => ({ expiresAt: inDays(30) }), status: 201 },
    { what: 'no passwords, which come later', body: () => ({ passwords: [] }), status: 201 },
  ])('$what: $status', async ({ body, status }) => {
    const answer = await create(body())
    expect(answer.status).toBe(status)
    if (status === 400) expect(answer.body.message).toBe(LONGER)
  })

  test('bounds passwords that are generated later', async () => {
    const { body } = await create({ passwords: [] })
    const path = `/tokens/${body.token.id}`
    const forever = await generate(path)
    expect([forever.status, forever.body.message]).toEqual([400, LONGER])
    expect((await generate(path, { expiresAt: inDays(31) })).status).toBe(400)
    expect((await generate(path, { expiresAt: inDays(30) })).status).toBe(201)
  })
})

import { hash, parseOptions } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'
import { required } from '../../../test/fixtures.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const signIn = (user: string, password: string, from: string) =>
  bed.call('POST', '/sessions', { body: { user, password }, from })

describe('a password hashed at another cost', () => {
  const CHEAP = { memoryCost: 8_192, timeCost: 1, parallelism: 1 }

  async function personWith(name: string, password: string) {
    await bed.must('POST', '/users', { as: root, body: { name } })
    const { store } = bed.house
    const { items } = await store.read.users.list({ limit: 100 })
    const { id } = required(items.find((user) => user.name === name))
    const cheap = await hash(password, CHEAP)
    await store.change(store.installation, { type: 'system', id: 'test', name: 'test' }, (tx) =>
      tx.users.setPassword(id, cheap),
    )
    return { cheap, stored: async () => required(await store.read.users.passwordHash(id)) }
  }

  test('is hashed at today’s when its owner signs in, once', async () => {
    const { cheap, stored } = await personWith('long-ago', bed.password)
    expect((await signIn('long-ago', 'wrong password', '203.0.113.201')).status).toBe(401)
    expect(await stored()).toBe(cheap)
    expect((await signIn('long-ago', bed.password, '203.0.113.201')).status).toBe(201)
    const renewed = await stored()
    expect(parseOptions(renewed)).toEqual(parseOptions(await hash('today')))
    expect((await signIn('long-ago', bed.password, '203.0.113.201')).status).toBe(201)
    expect(await stored()).toBe(renewed)
  })

  test('that could not be chosen today still signs in', async () => {
    const { cheap, stored } = await personWith('short', 'seven77')
    expect((await signIn('short', 'seven77', '203.0.113.202')).status).toBe(201)
    expect(await stored()).toBe(cheap)
  })
})

describe('guessing', () => {
  test('is slowed down, and says for how long', async () => {
    const from = '203.0.113.1'
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await signIn('root', 'wrong', from)).status).toBe(401)
    const slowed = await signIn('root', bed.password, from)
    expect([slowed.status, slowed.body.data, slowed.headers['retry-after']]).toEqual([
      429,
      { retryAfterSeconds: 1 },
      '1',
    ])
    bed.pass(1_000)
    expect((await signIn('root', 'wrong', from)).status).toBe(401)
    expect((await signIn('root', bed.password, from)).body.data.retryAfterSeconds).toBe(2)
  })

  test('by others doesn’t lock an owner out from elsewhere', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) await signIn('root', 'wrong', '203.0.113.1')
    expect((await signIn('root', bed.password, '203.0.113.2')).status).toBe(201)
  })

  test('many at the same time is slowed down as well', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signIn('root', 'wrong', '203.0.113.3')),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  })

  test('is written down once, when it begins to be slowed', async () => {
    // Nobody waits for that to be written, so that it can't be told from the answer's time.
    await expect
      .poll(async () => {
        const { items } = await bed.must('GET', '/audit?event=session_slowed&subject=user/root', { as: root })
        return items.map(({ after }: { after: object }) => after)
      })
      .toEqual([{ address: '203.0.113.3' }, { address: '203.0.113.1' }])
  })
})

describe('a disabled user', () => {
  test('is told so, once their password matched, and what to do', async () => {
    await bed.person('dismissed', root)
    await bed.must('PATCH', '/users/dismissed', { as: root, body: { status: 'disabled' } })
    const wrong = await signIn('dismissed', 'wrong', '203.0.113.9')
    expect([wrong.status, wrong.body.message]).toEqual([401, 'the user name or the password is wrong'])
    const right = await signIn('dismissed', bed.password, '203.0.113.9')
    expect([right.status, right.body.message]).toEqual([
      401,
      'the user `dismissed` is disabled: ask an installation administrator to enable them again',
    ])
  })
})

const isIn = async (secret: string) =>
  (await bed.call('GET', '/sessions/current', { as: secret })).status === 200
const secretOf = async (user: string, from: string, agent: string, password = bed.password) => {
  const headers = { 'user-agent': agent }
  return (await bed.must('POST', '/sessions', { body: { user, password }, from, headers })).secret as string
}
const eventsOf = async (type: string, user: string) =>
  (await bed.must('GET', `/audit?event=${type}&subject=user/${user}`, { as: root })).items

describe('where somebody is signed in', () => {
  test('is listed to them: from where, by what, since and until when, last used', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'nomad', password: bed.password } })
    const desk = await secretOf('nomad', '192.0.2.10', 'wharden/0.1 (linux)')
    const train = await secretOf('nomad', '2001:db8::5', 'Mozilla/5.0')
    await bed.must('GET', '/sessions/current', { as: desk, from: '192.0.2.11' })
    await bed.house.recorder.flush()
    const { items } = await bed.must('GET', '/sessions', { as: train })
    expect(items).toMatchObject([
      {
        current: false,
        address: '192.0.2.10',
        userAgent: 'wharden/0.1 (linux)',
        lastUsed: { address: '192.0.2.11' },
      },
      { current: true, address: '2001:db8::5', userAgent: 'Mozilla/5.0' },
    ])
    const { after } = required((await eventsOf('session_created', 'nomad'))[0])
    expect(after).toMatchObject({ userAgent: 'Mozilla/5.0' })
    // One at a time, in pages.
    const first = await bed.must('GET', '/sessions?limit=1', { as: train })
    const second = await bed.must('GET', `/sessions?limit=1&after=${first.next}`, { as: train })
    expect([first.items[0], second.items[0], second.next]).toEqual([items[0], expect.anything(), null])
  })

  test('one of them is ended, and nobody else’s', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'tidy', password: bed.password } })
    const [old, now] = [await secretOf('tidy', '192.0.2.20', 'a'), await secretOf('tidy', '192.0.2.21', 'b')]
    const [{ id }] = (await bed.must('GET', '/sessions', { as: now })).items
    expect((await bed.call('DELETE', `/sessions/${id}`, { as: root })).status).toBe(404)
    expect(await isIn(old)).toBe(true)
    await bed.must('DELETE', `/sessions/${id}`, { as: now, from: '192.0.2.22' })
    expect([await isIn(old), await isIn(now)]).toEqual([false, true])
    expect((await bed.call('DELETE', `/sessions/${id}`, { as: now })).status).toBe(404)
    expect(await eventsOf('session_deleted', 'tidy')).toMatchObject([
      { actor: { name: 'tidy' }, address: '192.0.2.22', before: { session: id, address: '192.0.2.20' } },
    ])
  })

  test('all of them are ended at once, by themselves or by an administrator, and tokens go on', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'robbed', password: bed.password } })
    const three = async () => [
      await secretOf('robbed', '192.0.2.31', 'a'),
      await secretOf('robbed', '192.0.2.32', 'b'),
      await secretOf('robbed', '192.0.2.33', 'c'),
    ]
    const all = await three()
    const body = {
      kind: 'pat',
      label: 'mine',
      repositories: [{ repository: '*', permissions: ['repo:read'] }],
    }
    const token = (await bed.must('POST', '/tokens', { as: all[0], body })).secrets[0].value
    expect(await bed.must('DELETE', '/sessions', { as: all[0] })).toEqual({ ended: 3 })
    expect(await Promise.all(all.map(isIn))).toEqual([false, false, false])
    const more = await three()
    expect(await bed.must('DELETE', '/users/robbed/sessions', { as: root })).toEqual({ ended: 3 })
    expect(await Promise.all(more.map(isIn))).toEqual([false, false, false])
    expect(await isIn(token)).toBe(true)
    expect(await eventsOf('sessions_ended', 'robbed')).toMatchObject([
      { actor: { name: 'root' }, after: { ended: 3 } },
      { actor: { name: 'robbed' }, after: { ended: 3 } },
    ])
  })

  test('no token sees or ends a session', async () => {
    const body = {
      kind: 'pat',
      label: 'mine',
      repositories: [{ repository: '*', permissions: ['repo:admin'] }],
    }
    const as = (await bed.must('POST', '/tokens', { as: root, body })).secrets[0].value
    for (const [method, path] of [
      ['GET', '/sessions'],
      ['DELETE', '/sessions'],
      ['DELETE', '/sessions/current'],
    ] as const)
      expect((await bed.call(method, path, { as })).status).toBe(400)
    expect(await isIn(root)).toBe(true)
  })
})

describe('a password', () => {
  const change = (as: string, current: string, password: string, from = '192.0.2.40') =>
    bed.call('PUT', '/passwords', { as, body: { current, password }, from })

  test('is changed by whoever knows it; their other sessions end', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'careful', password: bed.password } })
    const here = await secretOf('careful', '192.0.2.40', 'a')
    const there = await secretOf('careful', '192.0.2.41', 'b')
    expect((await change(here, bed.password, 'an even better one')).status).toBe(204)
    expect([await isIn(here), await isIn(there)]).toEqual([true, false])
    expect((await signIn('careful', bed.password, '192.0.2.42')).status).toBe(401)
    expect((await signIn('careful', 'an even better one', '192.0.2.42')).status).toBe(201)
    expect(await eventsOf('user_password_changed', 'careful')).toMatchObject([{ after: { ended: 1 } }])
  })

  test('isn’t changed by whoever found a screen unlocked, and guessing is slowed down as at sign-in', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'away', password: bed.password } })
    const here = await secretOf('away', '192.0.2.50', 'a')
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1)
      statuses.push((await change(here, `guess ${guess}`, 'mine now, ha', '192.0.2.50')).status)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
    const { status, body } = await change(here, 'wrong', 'mine now, ha', '192.0.2.51')
    expect([status, body.data]).toEqual([400, { field: 'current' }])
    expect((await signIn('away', bed.password, '192.0.2.52')).status).toBe(201)
  })

  test('that can’t be used changes nothing, and no token changes one', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'hasty', password: bed.password } })
    const here = await secretOf('hasty', '192.0.2.60', 'a')
    expect((await change(here, bed.password, 'short')).body.data).toEqual({ field: 'password' })
    const body = {
      kind: 'pat',
      label: 'mine',
      repositories: [{ repository: '*', permissions: ['repo:admin'] }],
    }
    const token = (await bed.must('POST', '/tokens', { as: here, body })).secrets[0].value
    expect((await change(token, bed.password, 'an even better one')).status).toBe(400)
    expect((await signIn('hasty', bed.password, '192.0.2.61')).status).toBe(201)
  })

  test('of two changes at the same time one counts, and the other is told', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'twice', password: bed.password } })
    const here = await secretOf('twice', '192.0.2.70', 'a')
    const answers = await Promise.all([
      change(here, bed.password, 'the first of two'),
      change(here, bed.password, 'the second of two'),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409])
  })
})

describe('a session', () => {
  async function refusal(as: string): Promise<string> {
    const { status, body } = await bed.call('GET', '/sessions/current', { as })
    expect(status).toBe(401)
    return body.message
  }

  test('ends when signed out of, when it expires, and when its user is disabled', async () => {
    const out = await bed.person('leaver', root)
    await bed.must('DELETE', '/sessions/current', { as: out })
    expect(await refusal(out)).toBe(
      'this sign-in is not known here: it was ended, or belongs to another server; sign in again with `wharden login`',
    )

    const disabled = await bed.person('disabled', root)
    await bed.must('PATCH', '/users/disabled', { as: root, body: { status: 'disabled' } })
    expect((await bed.call('GET', '/sessions/current', { as: disabled })).status).toBe(401)

    const expired = await bed.person('idler', root)
    bed.pass(7 * 86_400_000)
    expect(await refusal(expired)).toMatch(
      /^your sign-in ended on \d{4}-\d\d-\d\d: sign in again with `wharden login`$/,
    )
  })
})

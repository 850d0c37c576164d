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

describe('whoever has no account, no password, or a wrong one', () => {
  test('is told the same', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'fresh' } })
    await bed.person('gone', root)
    await bed.must('PATCH', '/users/gone', { as: root, body: { status: 'disabled' } })
    const answers = await Promise.all([
      signIn('root', 'wrong password', '192.0.2.1'),
      signIn('nobody-here', 'wrong password', '192.0.2.2'),
      signIn('NOT A NAME', 'wrong password', '192.0.2.3'),
      signIn('fresh', 'wrong password', '192.0.2.4'),
      signIn('gone', 'wrong password', '192.0.2.5'),
    ])
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(401)
  })

  test('waits as long', async () => {
    const times: Record<string, number[]> = { root: [], 'nobody-here': [] }
    // In turns: whatever else the machine does slows both.
    for (let index = 0; index < 15; index += 1) {
      for (const [network, [user, taken]] of Object.entries(times).entries()) {
        const before = performance.now()
        await signIn(user, 'wrong password', `198.18.${network}.${index}`)
        taken.push(performance.now() - before)
      }
    }
    const [known = 0, unknown = 0] = Object.values(times).map(
      (taken) => taken.toSorted((one, other) => one - other)[7],
    )
    expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2)
  })
})

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

describe('a session', () => {
  test('ends when signed out of, when it expires, and when its user is disabled', async () => {
    const out = await bed.person('leaver', root)
    await bed.must('DELETE', '/sessions/current', { as: out })
    expect((await bed.call('GET', '/sessions/current', { as: out })).status).toBe(401)

    const disabled = await bed.person('disabled', root)
    await bed.must('PATCH', '/users/disabled', { as: root, body: { status: 'disabled' } })
    expect((await bed.call('GET', '/sessions/current', { as: disabled })).status).toBe(401)

    const expired = await bed.person('idler', root)
    bed.pass(7 * 86_400_000)
    expect((await bed.call('GET', '/sessions/current', { as: expired })).status).toBe(401)
  })
})

/**
 * Whether an account exists shows neither in what a wrong sign-in is told nor in what it takes. What it takes is measured in
 * processor time of this process, threads of the pool and all: whatever else the machine does, which decides how long it is
 * waited for, is not in it.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let addresses = 0

beforeAll(async () => {
  bed = await openAdminBed()
  const root = await bed.setUp()
  await bed.must('POST', '/users', { as: root, body: { name: 'fresh' } })
  await bed.person('gone', root)
  await bed.must('PATCH', '/users/gone', { as: root, body: { status: 'disabled' } })
})
afterAll(() => bed.close())

/** Each from an address of its own: nobody is slowed down. */
function attempt(user: string) {
  const from = `198.18.${(addresses += 1) >> 8}.${addresses & 255}`
  return bed.call('POST', '/sessions', { body: { user, password: 'wrong password' }, from })
}

/** Microseconds. */
async function cost(user: string): Promise<number> {
  const before = process.cpuUsage()
  await attempt(user)
  const { user: own, system } = process.cpuUsage(before)
  return own + system
}

const PAIRS = 40
/** Of so many pairs fewer than five, or more than all but five, go one way by chance twice in ten million times. */
const UNLIKELY = 5

describe.each([
  { what: 'that isn’t there', user: 'nobody-here' },
  { what: 'without a password', user: 'fresh' },
  { what: 'that is disabled', user: 'gone' },
])('an account $what', ({ user }) => {
  test('is told the same as one that is', async () => {
    const [known, other] = [await attempt('root'), await attempt(user)]
    expect([other.status, other.text]).toEqual([known.status, known.text])
    expect(known.status).toBe(401)
    expect(Object.keys(other.headers)).toEqual(Object.keys(known.headers))
  })

  test('asks as much of the store', async () => {
    const { users } = bed.house.store.read
    const asked = [vi.spyOn(users, 'byName'), vi.spyOn(users, 'passwordHash')]
    const steps = async (name: string) => {
      await attempt(name)
      return asked.map((spy) => spy.mock.calls.splice(0).length)
    }
    expect(await steps(user)).toEqual(await steps('root'))
    for (const spy of asked) spy.mockRestore()
  })

  test('takes as much work, by a sign test over pairs in turns', async () => {
    for (let warm = 0; warm < 3; warm += 1) await Promise.all([attempt('root'), attempt(user)])
    let cheaper = 0
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const first = pair % 2 === 0 ? await cost('root') : undefined
      const other = await cost(user)
      const known = first ?? (await cost('root'))
      if (other < known) cheaper += 1
    }
    expect(cheaper).toBeGreaterThanOrEqual(UNLIKELY)
    expect(cheaper).toBeLessThanOrEqual(PAIRS - UNLIKELY)
  }, 120_000)
})

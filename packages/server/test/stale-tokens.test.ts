/**
 * Wrong tokens: a machine that goes on with one that was replaced, and somebody who makes them up. Neither is in anybody's way,
 * for a token can't be guessed (178 random bits): nothing is counted against an address, and nothing is kept.
 */
import { beforeAll, expect, it } from 'vitest'
import { mintSecret } from '../src/identity/secret.ts'
import { basic, type Answer, type Login } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const AT_ONCE = 50
const TIMES = 1_000
/** Milliseconds of one processor for each, generously: a look-up by a hash, and an answer. Checking a password takes 20. */
const WORK = 5

describeServer('a flood of wrong tokens', (server) => {
  let ci: Issued

  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
  })

  const made = (): Login => ({ name: 'acme', secret: mintSecret('oat').text.reveal() })
  const get = (as: Login) => server().send('GET', '/token?scope=repository:acme/app:pull', { as })
  const post = ({ name, secret }: Login) => {
    const form = new URLSearchParams({ grant_type: 'password', username: name, password: secret })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return server().send('POST', '/token', { body: form.toString(), headers })
  }
  const api = ({ secret }: Login) => server().send('GET', '/api/v1/sessions/current', { token: secret })
  const ping = (as: Login) => server().send('GET', '/v2/', { headers: { authorization: basic(as) } })

  async function flood(knock: (as: Login) => Promise<Answer>): Promise<void> {
    for (let n = 0; n < TIMES; n += AT_ONCE) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => knock(made())))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    }
  }

  /** How much there is of all that a request could make grow. */
  async function kept() {
    const { store, caches, recorder } = server().house
    await recorder.flush()
    const { installation, read } = store
    return {
      audited: (await read.audit.list(installation, { limit: 1 })).items[0]?.sequence,
      refused: (await read.refusals.list({ limit: 1_000 })).items.length,
      happened: (await read.activity.list({ limit: 1_000 })).items.length,
      secrets: caches.secrets.size(),
      credentials: caches.credentials.size(),
      used: (await read.credentials.byId(ci.record.id))?.lastUsedAt,
    }
  }

  it.each([
    ['GET /token', get],
    ['POST /token', post],
    ['GET /v2/', ping],
    ['the API', api],
  ] as const)(
    'at %s leaves nothing behind, costs little, and is in nobody’s way',
    async (_, knock) => {
      demand(await get(ci), 200)
      const before = await kept()
      const memory = process.memoryUsage().rss
      const work = process.cpuUsage()
      const [good] = await Promise.all([get(ci), flood(knock)])
      const { user, system } = process.cpuUsage(work)
      expect(good.status).toBe(200)
      const after = await kept()
      // The one that was good is all that there is to tell of.
      expect({ ...after, happened: after.happened - 1 }).toEqual(before)
      expect((user + system) / 1_000 / TIMES).toBeLessThan(WORK)
      expect(process.memoryUsage().rss - memory).toBeLessThan(100 * 1024 * 1024)
      demand(await get(ci), 200)
    },
    60_000,
  )

  it('is not held against its address: containerd asks twice each time, by POST and by GET', async () => {
    const stale = made()
    for (let pull = 0; pull < 100; pull += 1)
      expect([(await post(stale)).status, (await get(stale)).status]).toEqual([401, 401])
    demand(await post(ci), 200)
    // Passwords from there have all their free attempts.
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1) {
      const body = JSON.stringify({ user: 'olga', password: 'wrong password' })
      const headers = { 'content-type': 'application/json' }
      statuses.push((await server().send('POST', '/api/v1/sessions', { body, headers })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    // And those don't stand in the way of tokens.
    demand(await get(ci), 200)
  })
})

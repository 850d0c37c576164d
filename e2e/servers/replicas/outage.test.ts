/** PostgreSQL away, silent or back: what a replica says meanwhile, and that it needs no hand afterwards. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { pushImage } from '../../../packages/server/test/images.ts'
import { describeWith } from '../../support/describe-with.ts'
import type { TcpLine } from '../../support/tcp-line.ts'
import { loginOf, openCompany, type Company } from './company.ts'
import { openDatabaseLine } from './database-line.ts'

const MANIFEST = '/v2/acme/app/manifests/v1'
/** After so many milliseconds without word of its database a replica decides nothing any more. */
const LIMIT = 5_000
const LOST = 'this server has lost touch with its database and can not decide; try again in a moment'

describeWith([], 'a replica that PostgreSQL does not answer', () => {
  let company: Company
  /** The second replica's way to the database; the first has its own. */
  let line: TcpLine

  beforeAll(async () => {
    company = await openCompany({
      each: async (number, databaseUrl) => {
        if (number === 1) return {}
        const opened = await openDatabaseLine(databaseUrl)
        line = opened
        return { WHARDEN_DATABASE_URL: opened.url }
      },
    })
    await pushImage({ send: (method, path, sent) => company.send(0, method, path, sent) }, 'acme/app', {
      as: company.robot,
      tag: 'v1',
    })
  })
  afterEach(async () => {
    line.restore()
    await expect.poll(() => ready(), { timeout: 30_000 }).toBe(200)
  })
  afterAll(async () => {
    await company?.close()
    await line?.close()
  })

  const ready = async () => (await company.send(1, 'GET', '/health/ready')).status
  const pull = (sent: { readonly token?: string } = {}) =>
    company.send(1, 'GET', MANIFEST, sent.token === undefined ? { as: company.robot } : sent)
  /** How long until this answers so, in milliseconds. */
  async function until(status: number, ask: () => Promise<{ readonly status: number }>): Promise<number> {
    const began = performance.now()
    while ((await ask()).status !== status) {
      if (performance.now() - began > 60_000) throw new Error(`still not ${status} after a minute`)
      await pause(50)
    }
    return performance.now() - began
  }

  /** Until it says so itself; what needs a look at the database fails sooner. */
  async function lostTouch(): Promise<number> {
    const began = performance.now()
    while (!(await company.send(1, 'GET', '/v2/', { as: company.robot })).text.includes(LOST)) {
      if (performance.now() - began > 60_000) throw new Error('it never noticed')
      await pause(50)
    }
    return performance.now() - began
  }

  it('decides by what it knows for some seconds, then nothing: 503 everywhere, and never a question for a login', async () => {
    const token = await company.token(1, company.robot, 'repository:acme/app:pull')
    expect((await pull()).status).toBe(200)
    line.silence()
    const took = await lostTouch()
    expect(took).toBeLessThan(LIMIT + 1_500)
    const answers = {
      'a token': await pull({ token }),
      'a name and secret': await pull(),
      nobody: await company.send(1, 'GET', MANIFEST),
      'a token request': await company.send(1, 'GET', '/token?service=registry.test', { as: company.robot }),
      'a wrong secret': await pull({ token: 'x.y.z' }),
      'the first step of a login': await company.send(1, 'GET', '/v2/', { as: company.robot }),
      'an upload': await company.send(1, 'POST', '/v2/acme/app/blobs/uploads/', { token }),
      'an administrator': await company.send(1, 'GET', '/api/v1/organizations', {
        token: company.admin.bearer,
      }),
    }
    for (const [who, answer] of Object.entries(answers)) {
      expect(answer.status, `${who}: ${answer.text}`).toBe(503)
      expect(answer.text, who).toContain(LOST)
      expect(answer.headers['retry-after'], who).toBe('2')
    }
    expect(await ready()).toBe(503)
    expect((await company.send(1, 'GET', '/health/live')).status).toBe(200)
    // The other one has a database.
    expect((await company.send(0, 'GET', MANIFEST, { as: company.robot })).status).toBe(200)
  })

  it('comes back by itself, and knows what happened meanwhile', async () => {
    const issued = await company.admin.organizationToken('acme', 'leaver', {
      repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }],
    })
    const as = loginOf(issued.credentials)
    const leaver = () => company.send(1, 'GET', MANIFEST, { as })
    await until(200, leaver)
    line.silence()
    await lostTouch()
    await company.admin.deleteToken(issued.id)
    line.restore()
    // Never again what it knew before: from 503 straight to the truth.
    const seen = new Set<number>()
    await until(401, async () => {
      const answer = await leaver()
      seen.add(answer.status)
      return answer
    })
    expect([...seen]).toEqual([503, 401])
    expect((await pull()).status).toBe(200)
  })

  it('does so too where its old connections stay dead and nobody says so, as after a failover', async () => {
    line.silence()
    await lostTouch()
    line.restore('forNew')
    const took = await until(200, pull)
    // Not before all connections that there were have been found dead, one by one.
    expect(took).toBeLessThan(15_000)
    const statuses = await Promise.all(
      Array.from(
        { length: 20 },
        async () =>
          (await company.send(1, 'POST', '/v2/acme/app/blobs/uploads/', { as: company.robot })).status,
      ),
    )
    expect(new Set(statuses)).toEqual(new Set([202]))
    line.cut()
  })

  it('answers what it has to look up within seconds, not when the network gives up', async () => {
    const issued = await company.admin.organizationToken('acme', 'late', {
      repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }],
    })
    line.silence()
    const began = performance.now()
    const answer = await company.send(1, 'GET', MANIFEST, { as: loginOf(issued.credentials) })
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('this server')
    expect(performance.now() - began).toBeLessThan(12_000)
  })

  it('hears of everything again when PostgreSQL itself is restarted', async () => {
    await company.replicas.postgres?.crash()
    await until(503, () => company.send(0, 'GET', '/health/ready'))
    await company.replicas.postgres?.resume()
    for (const at of [0, 1]) {
      await until(200, () => company.send(at, 'GET', '/health/ready'))
      expect((await company.send(at, 'GET', MANIFEST, { as: company.robot })).status).toBe(200)
    }
  })
})

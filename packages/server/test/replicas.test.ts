/** Two servers on one PostgreSQL and one blob directory are one registry: what one does the other knows, at most two seconds later. */
import { beforeAll, expect, it } from 'vitest'
import { at, describeTwoServers } from './describe-two-servers.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, newBlob, pushBlob, pushImage } from './images.ts'
import type { Server } from './server.ts'

const SOON = { timeout: 2_000, interval: 20 }

describeTwoServers((servers) => {
  let one: Server
  let two: Server
  let ci: Issued
  beforeAll(async () => {
    const both = servers()
    if (both === undefined) return
    ;[one, two] = both
    await one.organization('acme')
    ci = await one.oat('acme', { '*': ALL })
    await pushImage({ send: at(one) }, 'acme/app', { as: ci, tag: 'v1' })
  })

  const tokenFor = async (server: Server, as: Issued): Promise<string> =>
    demand(
      await at(server)('GET', '/token?scope=repository:acme/app:pull,push&offline_token=true', { as }),
      200,
    ).json.token

  it('a token of one is good at the other', async () => {
    const token = await tokenFor(one, ci)
    demand(await at(two)('GET', '/v2/acme/app/manifests/v1', { token }), 200)
  })

  it('an upload begun at one is gone on with at the other, and ended at the first', async () => {
    const blob = newBlob(300_000)
    const location = String(
      demand(await at(one)('POST', '/v2/acme/app/blobs/uploads/', { as: ci }), 202).headers.location,
    )
    const parts = [0, 100_000, 200_000].map((start) => blob.bytes.subarray(start, start + 100_000))
    for (const [n, body] of parts.entries())
      demand(await at(n === 1 ? two : one)('PATCH', location, { as: ci, body }), 202)
    demand(await at(two)('PUT', `${location}?digest=${blob.digest}`, { as: ci }), 201)
    const pulled = await at(one)('GET', `/v2/acme/app/blobs/${blob.digest}`, { as: ci })
    expect(pulled.body.equals(blob.bytes)).toBe(true)
  })

  it('one blob pushed to both at once is one', async () => {
    const blob = newBlob(100_000)
    const pushed = await Promise.all(
      [one, two, one, two].map((server, n) =>
        pushBlob({ send: at(server) }, `acme/same${n}`, blob, { as: ci }),
      ),
    )
    expect(pushed.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    for (const n of [0, 1, 2, 3])
      expect(
        (await at(two)('GET', `/v2/acme/same${n}/blobs/${blob.digest}`, { as: ci })).body.equals(blob.bytes),
      ).toBe(true)
  })

  it('what is taken away at one is gone at the other within two seconds', async () => {
    const who = await one.oat('acme', { app: READ })
    const token = await tokenFor(two, who)
    const pull = (server: Server) => at(server)('GET', '/v2/acme/app/manifests/v1', { token })
    demand(await pull(one), 200)
    demand(await pull(two), 200)
    await one.regrant('acme', who, {})
    expect((await pull(one)).status).toBe(403)
    await expect.poll(async () => (await pull(two)).status, SOON).toBe(403)
    await two.regrant('acme', who, { app: READ })
    await expect.poll(async () => (await pull(one)).status, SOON).toBe(200)
    await two.revoke(who)
    expect((await pull(two)).status).toBe(401)
    await expect.poll(async () => (await pull(one)).status, SOON).toBe(401)
  })

  it('what a service principal signed in to at one is over at the other within two seconds, and begins anew', async () => {
    const who = await one.servicePrincipal('acme')
    const signIn = async (server: Server): Promise<string> =>
      demand(
        await at(server)('POST', '/adfs/oauth2/token', {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: who.name,
            client_secret: who.secret,
          }).toString(),
        }),
        200,
      ).json.access_token
    const [management, pulling] = [await signIn(two), await tokenFor(two, who)]
    const seen = async (server: Server) => [
      (await at(server)('GET', '/subscriptions', { token: management })).status,
      (await at(server)('GET', '/v2/acme/app/manifests/v1', { token: pulling })).status,
    ]
    for (const server of [one, two]) expect(await seen(server)).toEqual([200, 200])
    await one.revoke(who)
    expect(await seen(one)).toEqual([401, 401])
    await expect.poll(() => seen(two), SOON).toEqual([401, 401])
    await one.activate(who)
    await expect
      .poll(async () => (await at(two)('GET', '/v2/acme/app/manifests/v1', { as: who })).status, SOON)
      .toBe(200)
    expect(await seen(two)).toEqual([401, 401])
  })

  it('a pull limit is one limit, whoever counts: many at once at both are no more', async () => {
    const limited = await one.oat('acme', { '*': READ }, { pullLimit: 15 })
    const pull = (server: Server) => at(server)('GET', '/v2/acme/app/manifests/v1', { as: limited })
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => pull(n % 2 === 0 ? one : two)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(15)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25)
    const { headers } = await at(two)('HEAD', '/v2/acme/app/manifests/v1', { as: limited })
    expect(headers['ratelimit-remaining']).toBe('0;w=21600')
  })

  it('who signs out everywhere at one is signed out at the other within two seconds', async () => {
    const api = async (server: Server, method: string, path: string, token?: string, body?: object) =>
      at(server)(method, `/api/v1${path}`, {
        ...(token !== undefined && { token }),
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
      })
    const user = await one.user('ann', { acme: 'owner' })
    const password = 'correct horse battery'
    const secret = (await one.passwordLink(user)).text.reveal()
    demand(await api(two, 'POST', '/passwords', undefined, { secret, password }), 204)
    const signIn = async (server: Server): Promise<string> =>
      demand(await api(server, 'POST', '/sessions', undefined, { user: 'ann', password }), 201).json.secret
    const [here, there] = [await signIn(one), await signIn(two)]
    const isIn = async (server: Server, session: string) =>
      (await api(server, 'GET', '/sessions/current', session)).status
    for (const server of [one, two])
      expect([await isIn(server, here), await isIn(server, there)]).toEqual([200, 200])
    expect(demand(await api(one, 'DELETE', '/sessions', here), 200).json).toEqual({ ended: 2 })
    expect([await isIn(one, here), await isIn(one, there)]).toEqual([401, 401])
    await expect.poll(async () => [await isIn(two, here), await isIn(two, there)], SOON).toEqual([401, 401])
  })

  it('a lock that one sets holds at the other: of a tag or manifest at once, of the repository within two seconds', async () => {
    const { manifest } = await pushImage({ send: at(one) }, 'acme/locked', { as: ci, tag: 'v1' })
    const pull = async (server: Server) =>
      (await at(server)('GET', '/v2/acme/locked/manifests/v1', { as: ci })).status
    const set = async (server: Server, body: object) =>
      demand(
        await at(server)('PATCH', '/api/v1/organizations/acme/repository-locks/locked', {
          as: ci,
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        }),
        200,
      )
    for (const on of [{ tag: 'v1' }, { digest: manifest.digest }]) {
      expect(await pull(two)).toBe(200)
      await set(one, { ...on, readEnabled: false })
      expect([await pull(one), await pull(two)]).toEqual([403, 403])
      await set(two, { ...on, readEnabled: true })
      expect([await pull(one), await pull(two)]).toEqual([200, 200])
    }
    await set(one, { readEnabled: false })
    expect(await pull(one)).toBe(403)
    await expect.poll(() => pull(two), SOON).toBe(403)
  })

  it('a repository deleted at one and made again at the other revives nothing anywhere', async () => {
    await pushImage({ send: at(one) }, 'acme/again', { as: ci, tag: 'v1' })
    const who = await one.oat('acme', { again: READ })
    const pull = async (server: Server) =>
      (await at(server)('GET', '/v2/acme/again/manifests/v1', { as: who })).status
    expect([await pull(one), await pull(two)]).toEqual([200, 200])
    await one.deleteRepository('acme', 'again')
    await pushImage({ send: at(one) }, 'acme/again', { as: ci, tag: 'v1' })
    await expect.poll(() => pull(two), SOON).toBe(403)
    expect(await pull(one)).toBe(403)
  })
})

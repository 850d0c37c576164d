/** Pull limits through the registry's own door: what is counted, what is free, and what a client is told. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import { demand, image, index, pushImage, putManifest, type Document } from './images.ts'
import { startServer, type Server } from './server.ts'

const HOUR = 3_600_000
const WINDOW = 'w=21600'

/** What a client reads of its limit in an answer. */
const told = ({ status, headers }: Answer) => [
  status,
  headers['ratelimit-limit'],
  headers['ratelimit-remaining'],
]
const left = (status: number, limit: number, remaining: number) => [
  status,
  `${limit};${WINDOW}`,
  `${remaining};${WINDOW}`,
]
const UNLIMITED = [200, undefined, undefined]

describeOnEachDatabase('pulls', (server) => {
  let all: Issued
  let app: Document
  let platforms: readonly Document[]

  beforeAll(async () => {
    await server().organization('acme')
    all = await server().oat('acme', { '*': ALL })
    app = (await pushImage(server(), 'acme/app', { as: all, tag: 'v1' })).manifest
    const { config, layer } = await pushImage(server(), 'acme/multi', { as: all })
    platforms = ['amd64', 'arm64'].map((architecture) =>
      image({ config, layers: [layer], extra: { annotations: { architecture } } }),
    )
    for (const one of platforms) demand(await putManifest(server(), 'acme/multi', one, { as: all }), 201)
    demand(await putManifest(server(), 'acme/multi', index(platforms), { as: all, tag: 'v1' }), 201)
  })

  const ask = (method: string, path: string, sent: Sent) => server().send(method, `/v2/acme/${path}`, sent)
  const get = (as: Issued | undefined, path = 'app/manifests/v1') =>
    ask('GET', path, as === undefined ? {} : { as })
  const limited = (pullLimit: number) => server().oat('acme', { '*': READ }, { pullLimit })

  it('without a limit are not counted, and nothing is said of one', async () => {
    expect(told(await get(all))).toEqual(UNLIMITED)
    expect(await server().house.store.read.pullCounts.of(`credential:${all.record.id}`)).toBeUndefined()
  })

  it('count one for each image, none for an index, a look, or what is there already', async () => {
    const ci = await limited(10)
    const [amd = app, arm = app] = platforms
    const steps: readonly (readonly [method: string, path: string, status: number, remaining: number])[] = [
      ['HEAD', 'app/manifests/v1', 200, 10],
      ['GET', 'app/manifests/v1', 200, 9],
      ['HEAD', 'app/manifests/v1', 200, 9],
      ['GET', `app/manifests/${app.digest}`, 200, 8],
      ['GET', 'multi/manifests/v1', 200, 8],
      ['GET', `multi/manifests/${amd.digest}`, 200, 7],
      ['GET', `multi/manifests/${arm.digest}`, 200, 6],
    ]
    for (const [method, path, status, remaining] of steps)
      expect([method, path, ...told(await ask(method, path, { as: ci }))]).toEqual([
        method,
        path,
        ...left(status, 10, remaining),
      ])
    const headers = { 'if-none-match': `"${app.digest}"` }
    expect(told(await ask('GET', 'app/manifests/v1', { as: ci, headers }))).toEqual(left(304, 10, 6))
    expect((await ask('HEAD', 'app/manifests/v1', { as: ci })).headers['docker-ratelimit-source']).toBe(
      ci.record.id,
    )
    // What isn't there, or isn't theirs, is no pull either.
    expect((await get(ci, 'app/manifests/none')).status).toBe(404)
    expect((await get(ci, 'tags/list')).headers['ratelimit-limit']).toBeUndefined()
    expect(told(await ask('HEAD', 'app/manifests/v1', { as: ci }))).toEqual(left(200, 10, 6))
  })

  it('beyond the limit are refused in words, until six hours after the first one', async () => {
    const ci = await limited(2)
    await get(ci)
    server().pass(2 * HOUR)
    await get(ci)
    const refused = await get(ci)
    expect(told(refused)).toEqual(left(429, 2, 0))
    const [{ code, message, detail }] = refused.json.errors
    expect(code).toBe('TOOMANYREQUESTS')
    expect(message).toMatch(
      /^pull rate limit reached: all 2 pulls are used up until .+; wait until then, or ask an owner to raise the limit \(decision \w{12}\)$/,
    )
    expect(refused.reason).toBe(message)
    expect(detail.action).toBe('content/read')
    const wait = Number(refused.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(4 * 3_600)
    // What doesn't count goes on: to look, and to fetch the layers of what was pulled.
    expect(told(await ask('HEAD', 'app/manifests/v1', { as: ci }))).toEqual(left(200, 2, 0))
    expect(told(await get(ci, 'multi/manifests/v1'))).toEqual(left(200, 2, 0))
    server().pass(4 * HOUR)
    expect(told(await get(ci))).toEqual(left(200, 2, 1))
  })

  it.each([
    { agent: 'docker/26.1.5 go/go1.22', tells: /^\d{5}$/ },
    { agent: 'containers/5.23.1 (github.com/containers/image)', tells: /^0$/ },
    { agent: 'skopeo/1.9.3', tells: /^0$/ },
    { agent: 'Buildah/1.28.2', tells: /^0$/ },
  ])(
    '$agent is told when to come back, or, where it would only hang, to give up',
    async ({ agent, tells }) => {
      const ci = await limited(1)
      await get(ci)
      const headers = { 'user-agent': agent }
      const refused = await ask('GET', 'app/manifests/v1', { as: ci, headers })
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, expect.stringMatching(tells)])
    },
  )

  it('many at once are no more than the limit', async () => {
    const ci = await limited(7)
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(ci)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(13)
  })

  it('a limit that is changed counts at the next pull', async () => {
    const ci = await limited(1)
    await get(ci)
    expect((await get(ci)).status).toBe(429)
    await server().limitPulls(ci, 3)
    expect(told(await get(ci))).toEqual(left(200, 3, 1))
    await server().limitPulls(ci, null)
    expect(told(await get(ci))).toEqual(UNLIMITED)
  })

  it('a refusal of rights comes first: who may not pull hears nothing of limits', async () => {
    const ci = await server().oat('acme', { other: READ }, { pullLimit: 1 })
    const refused = await get(ci)
    expect(refused.status).toBe(403)
    expect(refused.headers['ratelimit-limit']).toBeUndefined()
  })

  it('of a person count together, over all their tokens, and apart from those of tokens of the organization', async () => {
    await server().settings('acme', { userPullLimit: 2 })
    const ann = await server().user('ann', { acme: 'owner' })
    const [one, two] = [await server().pat(ann, 'repo:read'), await server().pat(ann, 'repo:read')]
    const bob = await server().pat(await server().user('bob', { acme: 'owner' }), 'repo:read')
    expect(told(await get(one))).toEqual(left(200, 2, 1))
    const second = await get(two)
    expect(told(second)).toEqual(left(200, 2, 0))
    expect(second.headers['docker-ratelimit-source']).toBe(ann.id)
    expect((await get(one)).status).toBe(429)
    expect(told(await get(bob))).toEqual(left(200, 2, 1))
    expect(told(await get(all))).toEqual(UNLIMITED)
  })

  it('of strangers count by address', async () => {
    await server().settings('acme', { anonymousPullLimit: 1 })
    await server().show('acme', 'app', 'public')
    const token = await server().token({ scope: 'repository:acme/app:pull' })
    const pull = () => ask('GET', 'app/manifests/v1', { token })
    const first = await pull()
    expect(told(first)).toEqual(left(200, 1, 0))
    expect(first.headers['docker-ratelimit-source']).toBe('127.0.0.1')
    expect(told(await pull())).toEqual(left(429, 1, 0))
    expect(told(await get(all))).toEqual(UNLIMITED)
  })

  it('a refusal for want of pulls has another id than one for want of rights: each is explained as what it was', async () => {
    const ci = await server().oat('acme', {}, { pullLimit: 1 })
    const decisionOf = ({ json }: Answer): string => json.errors[0].detail.decision
    const lacking = decisionOf(await get(ci))
    await server().regrant('acme', ci, { '*': READ })
    await get(ci)
    const usedUp = decisionOf(await get(ci))
    expect(usedUp).not.toBe(lacking)
    await server().house.recorder.flush()
    const because = async (id: string) =>
      (await server().house.store.read.refusals.byId(id))?.decision['because']
    expect(await because(lacking)).toMatchObject({ type: 'grant' })
    expect(await because(usedUp)).toMatchObject({ type: 'quota' })
  })

  it('a refusal can be explained, and its repeats are counted, not written down', async () => {
    const ci = await limited(1)
    for (let pull = 0; pull < 5; pull += 1) await get(ci)
    await server().house.recorder.flush()
    const { items } = await server().house.store.read.refusals.list({ credential: ci.record.id, limit: 9 })
    expect(items).toMatchObject([{ count: 4, decision: { because: { type: 'quota', limit: 1 } } }])
    const pulls = await server().house.store.read.activity.list({
      credential: ci.record.id,
      type: 'pull',
      limit: 9,
    })
    expect(pulls.items).toHaveLength(1)
  })
})

describe('a server that is started again', () => {
  it('goes on counting where it was', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wharden-quota-'))
    const pull = (server: Server, as: Issued) => server.send('GET', '/v2/acme/app/manifests/v1', { as })
    const first = await startServer({ directory })
    await first.organization('acme')
    const all = await first.oat('acme', { '*': ALL })
    await pushImage(first, 'acme/app', { as: all, tag: 'v1' })
    const ci = await first.oat('acme', { '*': READ }, { pullLimit: 2 })
    await pull(first, ci)
    await first.close()
    const second = await startServer({ directory })
    expect(told(await pull(second, ci))).toEqual(left(200, 2, 0))
    expect((await pull(second, ci)).status).toBe(429)
    await second.close()
    await rm(directory, { recursive: true, force: true })
  })
})

/** Each of three replicas is stopped and started in turn behind a balancer, under constant load: no client notices. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { basic, createClient, type Answer, type Client } from '../../../packages/server/test/client.ts'
import { demand, pushImage } from '../../../packages/server/test/images.ts'
import { openBalancer, type Balancer } from '../../support/balancer.ts'
import { describeWith } from '../../support/describe-with.ts'
import type { Replica } from '../../support/replicas.ts'
import { run } from '../../support/run.ts'
import { openCompany, type Company } from './company.ts'

const MEBIBYTE = 1024 * 1024
const MAIN = resolve(import.meta.dirname, '../../../packages/wharden/src/main.ts')
/** Seconds: longer than the balancer takes to notice, and than a paced push of 256 MiB takes to end. */
const SETTINGS = { WHARDEN_DRAIN_SECONDS: '2', WHARDEN_GRACE_SECONDS: '60' }

describeWith([], 'a rolling restart', () => {
  let balancer: Balancer
  let company: Company
  const clients: Client[] = []

  beforeAll(async () => {
    balancer = await openBalancer()
    const WHARDEN_ORIGINS = `http://registry.test,http://localhost:${balancer.port}`
    company = await openCompany({ count: 3, settings: { ...SETTINGS, WHARDEN_ORIGINS } })
    balancer.serve(company.replicas.all.map(({ port }) => port))
    await pushImage(through(), 'acme/app', { as: company.robot, tag: 'v1' })
  })
  afterAll(async () => {
    for (const client of clients) client.close()
    await company?.close()
    await balancer?.close()
  })

  /** A client of its own, with connections of its own that it keeps alive. */
  function through(): Client {
    const client = createClient(balancer.port)
    clients.push(client)
    return client
  }

  async function list(): Promise<void> {
    const env = { WHARDEN_SERVER: `http://localhost:${balancer.port}`, WHARDEN_TOKEN: company.admin.bearer }
    const ran = await run(process.execPath, [MAIN, 'repo', 'list', '--org', 'acme', '--output', 'json'], {
      env,
    })
    if (ran.exitCode !== 0 || !ran.stdout.includes('acme/app'))
      throw new Error(`wharden repo list: ${ran.output}`)
  }

  /** Bytes that its process has read so far: from sockets and files. */
  const hasRead = (replica: Replica): number =>
    Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${replica.launched().daemon.pid}/io`, 'utf8'))?.[1])

  /** What the replicas have logged as wrong. */
  const complaints = (): string =>
    company.replicas.all
      .flatMap(({ name, launched }) =>
        launched()
          .daemon.log()
          .split('\n')
          .filter((line) => /"level":"(warn|error)"/.test(line))
          .map((line) => `${name}: ${line}`),
      )
      .join('\n')

  /** What clients do all the time, by name. */
  const acts: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
    pull: async (client) =>
      demand(await client.send('GET', '/v2/acme/app/manifests/v1', { as: company.robot }), 200),
    token: (client) => client.token({ as: company.robot, scope: 'repository:acme/app:pull' }),
    push: (client) =>
      pushImage(client, `acme/pushed-${randomBytes(4).toString('hex')}`, { as: company.robot, tag: 'v1' }),
    administer: async (client) =>
      demand(
        await client.send('PATCH', '/api/v1/organizations/acme', {
          token: company.admin.bearer,
          body: JSON.stringify({ displayName: randomBytes(4).toString('hex') }),
          headers: { 'content-type': 'application/json' },
        }),
        200,
      ),
    'command line': list,
  }

  /** So many MiB in one PATCH, as docker sends a layer, no faster than 32 a second. */
  async function pushLarge(chunks: number): Promise<void> {
    const client = through()
    const chunk = randomBytes(MEBIBYTE)
    const hash = createHash('sha256')
    for (let n = 0; n < chunks; n += 1) hash.update(chunk)
    const digest = `sha256:${hash.digest('hex')}`
    const begun = demand(await client.send('POST', '/v2/acme/app/blobs/uploads/', { as: company.robot }), 202)
    const location = String(begun.headers.location)
    demand(await stream(location, Readable.from(paced(chunk, chunks)), chunks * MEBIBYTE), 202)
    demand(await client.send('PUT', `${location}?digest=${digest}`, { as: company.robot }), 201)
  }

  function stream(path: string, body: Readable, length: number): Promise<Answer> {
    const { promise, resolve: done, reject } = Promise.withResolvers<Answer>()
    const headers = {
      authorization: basic(company.robot),
      'content-length': length,
      host: `localhost:${balancer.port}`,
    }
    const sent = request({
      method: 'PATCH',
      path,
      port: balancer.port,
      host: '127.0.0.1',
      headers,
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      response.resume()
      done({
        status: response.statusCode ?? 0,
        reason: '',
        headers: response.headers,
        body: Buffer.alloc(0),
        text: '',
        json: undefined,
      })
    })
    body.pipe(sent)
    return promise
  }

  it('fails no request: pulls, tokens, pushes of every size, administration, the command line', async () => {
    const done: Record<string, number> = {}
    const failed: string[] = []
    const stop = new AbortController()
    const work = async (name: string, act: (client: Client) => Promise<unknown>): Promise<void> => {
      const client = through()
      while (!stop.signal.aborted) {
        try {
          await act(client)
          done[name] = (done[name] ?? 0) + 1
        } catch (cause) {
          failed.push(`${name}: ${String(cause)}`)
        }
        await pause(50)
      }
    }
    const working = Promise.all(Object.entries(acts).map(([name, act]) => work(name, act)))
    const stops: number[] = []
    const left = new Set(company.replicas.all)
    for (const mebibytes of [256, 64, 64]) {
      const before = new Map([...left].map((replica) => [replica, hasRead(replica)]))
      const pushing = pushLarge(mebibytes).catch(
        (cause: unknown) => void failed.push(`${mebibytes} MiB: ${String(cause)}`),
      )
      // The one that has most of it is the next to go, if it is there still.
      const grown = (replica: Replica) => hasRead(replica) - (before.get(replica) ?? 0)
      const busiest = () => [...left].toSorted((a, b) => grown(b) - grown(a))[0] as Replica
      await expect.poll(() => grown(busiest()), { timeout: 60_000 }).toBeGreaterThan(4 * MEBIBYTE)
      const next = busiest()
      left.delete(next)
      const began = performance.now()
      expect(await next.launched().daemon.close(120_000)).toBe(0)
      stops.push(Math.round(performance.now() - began))
      await next.start()
      await pushing
      // Until the balancer has seen it.
      await pause(300)
    }
    stop.abort()
    await working
    console.log(`done: ${JSON.stringify(done)}; replicas took ${stops.join(', ')} ms to stop`)
    expect(failed, complaints()).toEqual([])
    for (const name of Object.keys(acts)) expect(done[name], name).toBeGreaterThan(0)
    // Somebody was waited for, and nobody for the whole time there is.
    expect(Math.max(...stops)).toBeLessThan(65_000)
  }, 600_000)
})

/** One chunk again and again, about 32 MiB a second. */
async function* paced(chunk: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < times; n += 1) {
    yield chunk
    await pause(30)
  }
}

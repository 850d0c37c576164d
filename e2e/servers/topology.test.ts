/**
 * The topology of deploy/compose, started by hand: PostgreSQL, S3, two replicas, and the balancer with the very file that is
 * shipped. Clients push and pull by its one address while the replicas are replaced one after the other.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bucketSettings } from '../../packages/server/test/bucket-settings.ts'
import { startS3rver } from '../../packages/server/src/stores/blobs/s3/contract-s3rver.ts'
import { startPostgres, type TestPostgres } from '../../packages/server/test/postgres.ts'
import { ROOT } from '../../scripts/repository.ts'
import { administer, type IssuedToken } from '../support/administrator.ts'
import { openClients, type Clients } from '../support/clients/open-clients.ts'
import { startDaemon, type Daemon } from '../support/daemon.ts'
import { describeWith } from '../support/describe-with.ts'
import { launchWharden, type LaunchedWharden } from '../support/launch-wharden.ts'
import { listensAt } from '../support/ready.ts'
import { findCommand } from '../support/requirements.ts'
import { run, succeeded } from '../support/run.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { openWorld, type World } from '../support/world.ts'

const HOST = 'registry.test'
const REGISTRY = `${HOST}:8443`
const PORTS = { one: 5100, two: 5101 } as const
type Name = keyof typeof PORTS

describeWith(['haproxy', 'dockerd', 'docker', 'containerd', 'skopeo'], 'the shipped topology', () => {
  let world: World
  let postgres: TestPostgres | undefined
  let store: Awaited<ReturnType<typeof startS3rver>>
  let balancer: Daemon
  let clients: Clients
  let ci: IssuedToken
  let authority: string
  let settings: Readonly<Record<string, string>>
  const replicas = new Map<Name, LaunchedWharden>()

  const launch = async (name: Name) => {
    const started = await launchWharden({
      directory: world.path(name),
      host: HOST,
      httpPort: PORTS[name],
      environment: settings,
    })
    replicas.set(name, started)
    return started
  }

  beforeAll(async () => {
    world = openWorld()
    world.addHost(HOST)
    const made = world.path('made')
    succeeded(
      await run(process.execPath, [join(ROOT, 'deploy/compose/init.ts')], {
        env: { INIT_DIRECTORY: made, WHARDEN_HOST: HOST },
      }),
    )
    authority = readFileSync(join(made, 'secrets/authority', HOST, 'ca.crt'), 'utf8')
    world.trust(REGISTRY, authority)
    postgres = await startPostgres()
    if (postgres === undefined) throw new Error('PostgreSQL is not installed: `apt-get install postgresql`')
    store = await startS3rver()
    settings = {
      WHARDEN_LISTEN: world.address,
      WHARDEN_HTTPS_PORT: 'off',
      WHARDEN_ORIGINS: `https://${REGISTRY}`,
      WHARDEN_TRUSTED_PROXIES: `${world.address}/32`,
      WHARDEN_DATABASE_URL: await postgres.createDatabase(),
      WHARDEN_SEAL_KEY_FILE: join(made, 'secrets/wharden/seal-key'),
      ...bucketSettings(store.place),
      WHARDEN_DRAIN_SECONDS: '4',
      WHARDEN_GRACE_SECONDS: '5',
    }
    const admin = await administer(await launch('one'))
    await launch('two')
    balancer = await startBalancer(made)
    clients = await openClients(world)
    await admin.organization('acme')
    ci = await admin.organizationToken('acme', 'ci', {
      repositories: [{ repository: '*', permissions: ['scope-image-push', 'scope-image-pull'] }],
    })
  })

  afterAll(async () => {
    await clients?.close()
    await balancer?.close()
    await Promise.all([...replicas.values()].map(({ daemon }) => daemon.close()))
    await store?.close()
    await postgres?.stop()
    await world?.close()
  })

  function startBalancer(made: string): Promise<Daemon> {
    mkdirSync(world.path('balancer'))
    return startDaemon(
      findCommand('haproxy') ?? 'haproxy',
      ['-W', '-db', '-f', join(ROOT, 'deploy/compose/haproxy.cfg')],
      {
        env: {
          BALANCER_BIND: `${world.address}:8443`,
          BALANCER_CERTIFICATE: join(made, 'secrets/balancer/registry.pem'),
          REPLICA_ONE: `${world.address}:${PORTS.one}`,
          REPLICA_TWO: `${world.address}:${PORTS.two}`,
        },
        logFile: world.path('balancer.log'),
        ready: listensAt({ host: world.address, port: 8443 }),
      },
    )
  }

  it.each(['docker', 'skopeo'] as const)('%s pushes and pulls by the balancer', async (name) => {
    const client = clients.create(name)
    succeeded(await client.signIn(REGISTRY, ci.credentials))
    const reference = `${REGISTRY}/acme/${name}:1`
    succeeded(await client.push(makeTinyImage(world), reference))
    succeeded(await client.pull(reference))
  })

  it('lets the reason of a refusal through, in the status line too', async () => {
    const docker = clients.create('docker')
    succeeded(await docker.signIn(REGISTRY, ci.credentials))
    const refused = await docker.pull(`${REGISTRY}/other/app:1`)
    expect(refused.output).toMatch(/denied: pull access denied: .*\(decision \w+\)/)
    const answer = await get('/v2/other/app/manifests/1')
    expect(answer.reason).toMatch(/^pull access denied/)
  })

  it('restarts one replica after the other without a failed request', async () => {
    const skopeo = clients.create('skopeo')
    succeeded(await skopeo.signIn(REGISTRY, ci.credentials))
    const reference = `${REGISTRY}/acme/rolling:1`
    succeeded(await skopeo.push(makeTinyImage(world), reference))

    const failures: string[] = []
    const counts = { requests: 0, copies: 0 }
    let over = false
    const asking = async (): Promise<void> => {
      while (!over) {
        const answer = await get('/v2/acme/rolling/manifests/1').catch((cause: unknown) => String(cause))
        counts.requests += 1
        if (typeof answer === 'string' || answer.status !== 200) failures.push(JSON.stringify(answer))
      }
    }
    const copying = async (): Promise<void> => {
      while (!over) {
        const pushed = await skopeo.push(makeTinyImage(world), `${REGISTRY}/acme/rolling:next`)
        const pulled = await skopeo.pull(reference)
        counts.copies += 1
        for (const ran of [pushed, pulled]) if (ran.exitCode !== 0) failures.push(ran.output)
      }
    }
    const working = [asking(), asking(), copying()]
    for (const name of ['one', 'two'] as const) {
      expect(await replicas.get(name)?.daemon.close()).toBe(0)
      const before = timesUp(name)
      await launch(name)
      await expect.poll(() => timesUp(name), { timeout: 30_000 }).toBeGreaterThan(before)
    }
    over = true
    await Promise.all(working)
    expect(failures).toEqual([])
    expect(counts.requests).toBeGreaterThan(100)
    expect(counts.copies).toBeGreaterThan(1)
    console.log(
      `during two restarts: ${counts.requests} requests, ${counts.copies} pushes and pulls, no failure`,
    )
  })

  /** How often the balancer has found it back. */
  function timesUp(name: Name): number {
    return balancer.log().split(`Server replicas/${name} is UP`).length - 1
  }

  const agent = new Agent({ keepAlive: true })
  /** As a client with connections that stay open. */
  function get(path: string): Promise<{ readonly status: number; readonly reason: string }> {
    const { username, password } = ci.credentials
    return new Promise((resolve, reject) => {
      request({ agent, host: HOST, port: 8443, path, ca: authority, auth: `${username}:${password}` })
        .on('response', (response) => {
          response.resume().on('error', reject)
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, reason: response.statusMessage ?? '' }),
          )
        })
        .on('error', reject)
        .end()
    })
  }
})

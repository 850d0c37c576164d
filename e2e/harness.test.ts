/** That the harness itself works: Debian's registry, every client, TLS that is really verified. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from './support/authority.ts'
import { CLIENT_NAMES, type ClientName } from './support/clients/client.ts'
import { openClients, type Clients } from './support/clients/open-clients.ts'
import { describeWith } from './support/describe-with.ts'
import { findDistribution, startDistribution, type Distribution } from './support/distribution.ts'
import { run, succeeded } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'
import { openWorld, type World } from './support/world.ts'

const OPEN = 'registry.test:5443'
const CLOSED = 'closed.test:5444'
const UNTRUSTED = 'untrusted.test:5445'
const PLAIN = 'plain.test:5446'
const ALICE = { username: 'alice', password: 'correct horse' }
const ALICE_LINE = 'alice:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2'

describeWith(
  ['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah', 'docker-registry', 'openssl'],
  'harness',
  () => {
    let world: World
    let clients: Clients
    const registries: Distribution[] = []

    beforeAll(async () => {
      world = openWorld()
      const program = await findDistribution('2.8')
      if (program.type !== 'ok') throw new Error(program.reason)
      const authority = await createAuthority(world)
      const start = async (registry: string, options: object) => {
        const host = registry.slice(0, registry.indexOf(':'))
        world.addHost(host)
        const tls = await authority.issue([host])
        registries.push(await startDistribution(world, program.path, { registry, tls, ...options }))
      }
      await start(OPEN, {})
      await start(CLOSED, { auth: { type: 'htpasswd', lines: [ALICE_LINE] } })
      await start(UNTRUSTED, {})
      await start(PLAIN, { tls: undefined })
      world.trust(OPEN, authority.pem)
      world.trust(CLOSED, authority.pem)
      world.allowPlainHttp(PLAIN)
      clients = await openClients(world)
    })

    afterAll(async () => {
      await clients?.close()
      await Promise.all(registries.map((registry) => registry.close()))
      await world?.close()
    })

    it.each(CLIENT_NAMES)('%s pushes and pulls', async (name) => {
      const client = clients.create(name)
      const reference = `${OPEN}/samples/${name}:1`
      succeeded(await client.push(makeTinyImage(world), reference))
      succeeded(await client.pull(reference))
    })

    it.each(CLIENT_NAMES)('%s verifies certificates', async (name) => {
      const ran = await clients.create(name).pull(`${UNTRUSTED}/samples/app:1`)
      expect(ran.exitCode).not.toBe(0)
      expect(ran.output).toContain('certificate')
    })

    it.each(CLIENT_NAMES.filter((name) => name !== 'docker'))(
      '%s speaks plain HTTP where it may',
      async (name) => {
        const client = clients.create(name)
        const reference = `${PLAIN}/samples/${name}:1`
        succeeded(await client.push(makeTinyImage(world), reference))
        succeeded(await client.pull(reference))
      },
    )

    it.each(CLIENT_NAMES)('%s signs in, and is refused when it has not', async (name) => {
      const client = clients.create(name)
      const reference = `${CLOSED}/samples/${name}:1`
      const image = makeTinyImage(world)
      expect((await client.push(image, reference)).exitCode).not.toBe(0)
      const wrong = await client.signIn(CLOSED, { ...ALICE, password: 'wrong' })
      if (wrong !== undefined) expect(wrong.exitCode).not.toBe(0)
      const right = await client.signIn(CLOSED, ALICE)
      if (right !== undefined) succeeded(right)
      succeeded(await client.push(image, reference))
      succeeded(await client.pull(reference))
      await client.signOut(CLOSED)
      expect((await client.pull(reference)).exitCode).not.toBe(0)
    })

    const builders: readonly ClientName[] = ['docker', 'podman', 'buildah']
    it.each(builders)('%s builds from a base image', async (name) => {
      const client = clients.create(name)
      const reference = `${OPEN}/bases/${name}:1`
      await client.push(makeTinyImage(world), reference)
      succeeded(await client.build(reference))
      expect((await client.build(`${OPEN}/bases/${name}:none`))?.exitCode).not.toBe(0)
    })

    it('BuildKit builds from a base image', async () => {
      const client = clients.create('BuildKit')
      const reference = `${OPEN}/bases/buildkit:1`
      await client.push(makeTinyImage(world), reference)
      succeeded(await client.build(reference))
    })

    it('cuts off what does not end', async () => {
      const ran = await run('sh', ['-c', 'sleep 60 & wait'], { timeoutMilliseconds: 100 })
      expect(ran).toMatchObject({ exitCode: 124 })
      expect(ran.milliseconds).toBeLessThan(10_000)
    })
  },
)

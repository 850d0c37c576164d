/**
 * The house in one thin slice: two server processes on one PostgreSQL and one blob directory. A grant or a revocation
 * given on one bites on the other, and a refusal, whatever its reason, is one `decide` and one sentence on the terminal.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type TestPostgres } from '../../packages/server/test/postgres.ts'
import { administer, type Administrator } from '../support/administrator.ts'
import { openClients, type Clients } from '../support/clients/open-clients.ts'
import { describeWith } from '../support/describe-with.ts'
import { succeeded } from '../support/run.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { startWharden, type Wharden } from '../support/wharden.ts'
import { openWorld, type World } from '../support/world.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr'], 'two servers on one PostgreSQL', () => {
  let world: World
  let postgres: TestPostgres | undefined
  let clients: Clients
  let one: Wharden
  let two: Wharden
  let admin: Administrator

  beforeAll(async () => {
    world = openWorld()
    postgres = await startPostgres()
    if (postgres === undefined) throw new Error('PostgreSQL is not installed: `apt-get install postgresql`')
    const environment = {
      WHARDEN_DATABASE_URL: await postgres.createDatabase(),
      WHARDEN_SEAL_KEY: randomBytes(32).toString('base64'),
      WHARDEN_BLOBS: world.path('blobs'),
    }
    one = await startWharden(world, 'one', { httpPort: 5000, httpsPort: 5443, environment })
    two = await startWharden(world, 'two', { httpPort: 5001, httpsPort: 5444, environment })
    clients = await openClients(world)
    admin = await administer(one)
    await admin.organization('acme')
  })

  afterAll(async () => {
    await clients?.close()
    await Promise.all([one?.close(), two?.close()])
    await postgres?.stop()
    await world?.close()
  })

  it('explains a pull refused for want of a grant, and lets a grant given on the one bite on the other', async () => {
    const docker = clients.create('docker')
    const token = await admin.organizationToken('acme', 'reader', {
      repositories: [{ repository: 'other', permissions: ['scope-image-pull'] }],
    })
    succeeded(await docker.signIn(two.registry, token.credentials))
    const refused = await docker.pull(`${two.registry}/acme/nginx:1`)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.output).toMatch(/denied: pull access denied: .*reader.*acme\/nginx.*\(decision \w+\)/)

    const writer = clients.create('docker')
    const push = await admin.registryToken('acme', 'writer', [
      { repository: 'nginx', permissions: ['content/read', 'content/write'] },
    ])
    succeeded(await writer.signIn(one.registry, push.credentials))
    succeeded(await writer.push(makeTinyImage(world), `${one.registry}/acme/nginx:1`))

    await admin.call('PATCH', `/tokens/${token.id}`, {
      repositories: [{ repository: 'nginx', permissions: ['scope-image-pull'] }],
    })
    await expect
      .poll(async () => (await docker.pull(`${two.registry}/acme/nginx:1`)).exitCode, { timeout: 2_000 })
      .toBe(0)
  })

  it('refuses an image of a category that is not allowed, by the same decision, in the seed’s words', async () => {
    await admin.call('PUT', '/organizations/acme/policies/image-access', { policy: { mode: 'enforce' } })
    const token = await admin.organizationToken('acme', 'ci', {
      upstreams: [{ repository: 'docker.io/*', permissions: ['scope-image-pull'] }],
    })
    const docker = clients.create('docker')
    succeeded(await docker.signIn(two.registry, token.credentials))
    const refused = await docker.pull(`${two.registry}/docker.io/evil/app:1`)
    expect(refused.exitCode).not.toBe(0)
    expect(refused.output).toContain('denied: image access denied: community images not allowed')
    const ctr = clients.create('ctr')
    await ctr.signIn(two.registry, token.credentials)
    expect((await ctr.pull(`${two.registry}/docker.io/evil/app:1`)).output).toContain(
      '403 image access denied: community images not allowed',
    )
    const official = await docker.pull(`${two.registry}/docker.io/library/nginx:1`)
    expect(official.output).toContain('does not fetch from docker.io yet')
  })

  it('lets a revocation on the one bite at the next request on the other', async () => {
    const docker = clients.create('docker')
    const token = await admin.registryToken('acme', 'leaver', [
      { repository: 'nginx', permissions: ['content/read'] },
    ])
    succeeded(await docker.signIn(two.registry, token.credentials))
    succeeded(await docker.pull(`${two.registry}/acme/nginx:1`))
    await admin.deleteToken(token.id)
    await expect
      .poll(async () => (await docker.pull(`${two.registry}/acme/nginx:1`)).exitCode, { timeout: 2_000 })
      .not.toBe(0)
  })
})

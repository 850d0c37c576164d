/**
 * Images in a bucket, and clients sent there for their bytes: with every client, whose own token must stay with us.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProxy, type Proxy } from '../../packages/server/src/stores/blobs/s3/contract-proxy.ts'
import { bucketSettings } from '../../packages/server/test/bucket-settings.ts'
import { startS3rver } from '../../packages/server/src/stores/blobs/s3/contract-s3rver.ts'
import { administer, type Administrator } from '../support/administrator.ts'
import { CLIENT_NAMES, SEEDER, type Client } from '../support/clients/client.ts'
import { openClients, type Clients } from '../support/clients/open-clients.ts'
import { describeWith } from '../support/describe-with.ts'
import { succeeded } from '../support/run.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { startWharden, type Wharden } from '../support/wharden.ts'
import { openWorld, type World } from '../support/world.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah'], 'a bucket', () => {
  let world: World
  let clients: Clients
  let wharden: Wharden
  let admin: Administrator
  let closeStore: () => Promise<void>
  /** What clients are sent to; the server itself goes another way. */
  let door: Proxy
  let seeder: Client

  beforeAll(async () => {
    world = openWorld()
    const { place, close } = await startS3rver()
    closeStore = close
    door = await startProxy(place.endpoint)
    const environment = {
      WHARDEN_LOG: 'debug',
      ...bucketSettings({ ...place, prefix: 'images' }),
      WHARDEN_S3_PUBLIC_ENDPOINT: door.endpoint,
      WHARDEN_REDIRECT_FROM_BYTES: '1',
    }
    wharden = await startWharden(world, 'wharden', { httpPort: 5000, httpsPort: 5443, environment })
    clients = await openClients(world)
    admin = await administer(wharden)
    await admin.organization('acme')
    await admin.call('POST', '/organizations/acme/repositories', { name: 'app', visibility: 'public' })
    seeder = clients.create(SEEDER)
    const token = await admin.registryToken('acme', 'seeder', [
      { repository: 'app', permissions: ['content/read', 'content/write'] },
    ])
    await seeder.signIn(wharden.registry, token.credentials)
    succeeded(await seeder.push(makeTinyImage(world), `${wharden.registry}/acme/app:seeded`))
  })

  afterAll(async () => {
    await clients?.close()
    await wharden?.close()
    await door?.close()
    await closeStore?.()
    await world?.close()
  })

  it.each(CLIENT_NAMES)(
    'takes what %s pushes, and gives it back from the bucket without our token',
    async (name) => {
      const client = clients.create(name)
      const token = await admin.registryToken('acme', `of-${name}`, [
        { repository: 'app', permissions: ['content/read', 'content/write', 'metadata/read'] },
      ])
      await client.signIn(wharden.registry, token.credentials)
      const reference = `${wharden.registry}/acme/app:${name}`
      succeeded(await client.push(makeTinyImage(world), reference))
      // An engine keeps what it has pushed: it fetches what it has never seen.
      const strange = `${wharden.registry}/acme/app:for-${name}`
      succeeded(await seeder.push(makeTinyImage(world), strange))
      const before = door.seen.length
      succeeded(await client.pull(strange))
      const fetched = door.seen.slice(before)
      expect(fetched.length).toBeGreaterThan(0)
      for (const { method, url, headers } of fetched) {
        expect(method).toBe('GET')
        expect(url).toMatch(/^\/wharden\/images\/\w\w\/\w{32}\?.*X-Amz-Signature=/)
        expect(headers.authorization).toBeUndefined()
      }
    },
  )

  describe('asked by hand', () => {
    let blob: string
    let digest: string
    let authorization: string
    beforeAll(async () => {
      const asked = await fetch(
        `${wharden.url}/token?service=registry.test:5000&scope=repository:acme/app:pull`,
      )
      authorization = `Bearer ${textOf(await asked.json(), 'token')}`
      const headers = { authorization, accept: 'application/vnd.oci.image.manifest.v1+json' }
      const manifest = await fetch(`${wharden.url}/v2/acme/app/manifests/seeded`, { headers })
      digest = textOf(memberOf(await manifest.json(), 'config'), 'digest')
      blob = `${wharden.url}/v2/acme/app/blobs/${digest}`
    })

    it('answers HEAD itself', async () => {
      const head = await fetch(blob, { method: 'HEAD', headers: { authorization }, redirect: 'manual' })
      expect(head.status).toBe(200)
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0)
    })

    it('sends a request for a part on as it is', async () => {
      const headers = { authorization, range: 'bytes=2-5' }
      const sent = await fetch(blob, { headers, redirect: 'manual' })
      expect(sent.status).toBe(307)
      expect(sent.headers.get('docker-content-digest')).toBe(digest)
      expect(sent.headers.get('cache-control')).toBe('no-store')
      const part = await fetch(sent.headers.get('location') ?? '', { headers: { range: 'bytes=2-5' } })
      expect(part.status).toBe(206)
      expect(await part.text()).toBe('arch')
    })

    it('sends nobody on who may not read', async () => {
      const stranger = await fetch(blob.replace('/app/', '/other/'), { redirect: 'manual' })
      expect(stranger.status).toBe(401)
      expect(stranger.headers.get('location')).toBeNull()
    })
  })

  it('keeps signed addresses out of its log', () => {
    const log = wharden.daemon.log()
    expect(log).toContain('"answered"')
    expect(log).not.toMatch(/X-Amz-|AWS4-HMAC/)
  })
})

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function textOf(value: unknown, name: string): string {
  const member = memberOf(value, name)
  if (typeof member !== 'string') throw new Error(`there is no \`${name}\``)
  return member
}

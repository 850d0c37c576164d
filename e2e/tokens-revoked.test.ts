/** What takes a right away bites at the very next request, on connections and tokens that were good a moment before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Administrator, IssuedToken } from './support/administrator.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { succeeded } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'skopeo'], 'revocation', () => {
  let product: Product
  let admin: Administrator

  beforeAll(async () => {
    product = await openProduct()
    admin = product.admin
    await admin.organization('acme')
    const elsewhere = [{ repository: 'other', permissions: ['content/read'] }]
    await admin.call('POST', '/organizations/acme/scope-maps', { name: 'elsewhere', repositories: elsewhere })
    const writer = await admin.personalToken('writer', [{ repository: '*', permissions: ['repo:write'] }])
    const skopeo = product.clients.create('skopeo')
    succeeded(await skopeo.signIn(product.wharden.registry, writer.credentials))
    succeeded(await skopeo.push(makeTinyImage(product.world), `${product.wharden.registry}/acme/app:1`))
  })

  afterAll(() => product?.close())

  const pulling = { repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }] }
  const reading = [{ repository: 'app', permissions: ['content/read'] }]
  const organizationToken = () => admin.organizationToken('acme', 'ci', pulling)
  const registryToken = () => admin.registryToken('acme', 'device', reading)
  const change = (body: object) => (id: string) => admin.call('PATCH', `/tokens/${id}`, body)
  const remove = (id: string) => admin.deleteToken(id)

  type Case = readonly [string, () => Promise<IssuedToken>, (id: string) => Promise<unknown>, number, string]

  const cases: readonly Case[] = [
    ['an organization token is deleted', organizationToken, remove, 401, 'was revoked or replaced'],
    ['a registry token is deleted', registryToken, remove, 401, 'was revoked or replaced'],
    [
      'an organization token is deactivated',
      organizationToken,
      change({ status: 'inactive' }),
      401,
      'was revoked or replaced',
    ],
    [
      'a registry token is disabled',
      () => admin.registryToken('acme', 'device-two', reading),
      change({ status: 'inactive' }),
      401,
      'was revoked or replaced',
    ],
    [
      'its repositories change',
      organizationToken,
      change({ repositories: [{ repository: 'other', permissions: ['scope-image-pull'] }] }),
      403,
      'may not read acme/app:1',
    ],
    [
      'its addresses change',
      organizationToken,
      change({ addresses: ['192.0.2.0/24'] }),
      403,
      'may not be used from',
    ],
    [
      'it is given another scope map',
      () => admin.registryToken('acme', 'device-three', reading),
      change({ scopeMap: 'elsewhere' }),
      403,
      'may not read acme/app:1',
    ],
    [
      'its person leaves the organization',
      () => personalOf('eddie'),
      () => admin.call('DELETE', '/organizations/acme/members/eddie'),
      403,
      'may not read acme/app:1',
    ],
    [
      'its person is disabled',
      () => personalOf('frida'),
      () => admin.call('PATCH', '/users/frida', { status: 'disabled' }),
      403,
      'is disabled',
    ],
    [
      'its person sees the repository go',
      () => personalOf('greta'),
      () => admin.call('DELETE', '/organizations/acme/repositories/app'),
      403,
      'may not read acme/app:1',
    ],
  ]

  async function personalOf(name: string): Promise<IssuedToken> {
    const person = await admin.person(name, { acme: 'editor' })
    return person.personalToken('laptop', [{ repository: 'acme/app', permissions: ['repo:read'] }])
  }

  describe('a token in hand is refused as soon as', () => {
    it.each(cases)('%s', async (_, issue, takeAway, status, says) => {
      const token = await issue()
      const bearer = await accessToken(token)
      expect(await pull(bearer)).toMatchObject({ status: 200 })
      await takeAway(token.id)
      expect(await pull(bearer)).toEqual({ status, message: expect.stringContaining(says) })
    })
  })

  /** As a client gets one, for pulling `acme/app`. */
  async function accessToken({ credentials: { username, password } }: IssuedToken): Promise<string> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const url = `${product.wharden.url}/token?scope=repository:acme/app:pull`
    const answer = await fetch(url, { headers: { authorization } })
    const { token } = (await answer.json()) as { readonly token: string }
    return token
  }

  async function pull(bearer: string) {
    const answer = await fetch(`${product.wharden.url}/v2/acme/app/manifests/1`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
    const body = (await answer.json()) as { readonly errors?: readonly [{ readonly message: string }] }
    return { status: answer.status, message: body.errors?.[0].message }
  }
})

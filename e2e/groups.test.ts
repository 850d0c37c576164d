/** Groups and companies as docker and skopeo meet them: what a group gives and loses counts at the very next push or pull. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Administrator } from './support/administrator.ts'
import type { Client } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { succeeded } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const EVERYTHING = [{ repository: '*', permissions: ['repo:admin'] }]

describeWith(['dockerd', 'docker', 'skopeo'], 'groups and companies', () => {
  let product: Product
  let admin: Administrator

  beforeAll(async () => {
    product = await openProduct()
    admin = product.admin
    await admin.organization('acme')
    const seeder = product.clients.create('skopeo')
    const writer = await admin.personalToken('writer', EVERYTHING)
    succeeded(await seeder.signIn(product.wharden.registry, writer.credentials))
    for (const name of ['app', 'samples/nginx'])
      succeeded(await seeder.push(makeTinyImage(product.world), at(`${name}:1`)))
  })
  afterAll(() => product?.close())

  const at = (image: string) => `${product.wharden.registry}/acme/${image}`
  const permit = (group: string, repository: string, permission: string) =>
    admin.call('PUT', `/organizations/acme/group-permissions/${group}/${repository}`, { permission })

  async function signedIn(name: 'docker' | 'skopeo', person: Administrator): Promise<Client> {
    const client = product.clients.create(name)
    const token = await person.personalToken(name, EVERYTHING)
    succeeded(await client.signIn(product.wharden.registry, token.credentials))
    return client
  }

  describe.each(['docker', 'skopeo'] as const)('%s', (name) => {
    it('pulls with `read`, pushes as soon as it is `write`, and neither once its user is taken out', async () => {
      const person = `member-${name}`
      const client = await signedIn(name, await admin.person(person, { acme: 'member' }))
      const pull = () => client.pull(at('app:1'))
      const push = () => client.push(makeTinyImage(product.world), at(`app:${name}`))
      expect((await pull()).output).toMatch(/pull access denied: .*`?acme\/app/)

      await admin.call('POST', '/organizations/acme/groups', { name })
      await admin.call('PUT', `/organizations/acme/groups/${name}/members/${person}`)
      await permit(name, 'app', 'read')
      succeeded(await pull())
      expect((await push()).output).toMatch(/push access denied: personal access token `.*` .*acme\/app/)

      await permit(name, 'app', 'write')
      succeeded(await push())

      await admin.call('DELETE', `/organizations/acme/groups/${name}/members/${person}`)
      expect((await pull()).output).toMatch(/pull access denied: personal access token `.*` .*acme\/app/)
    })
  })

  it('a prefix is given with what comes later, and not what stands beside it', async () => {
    const client = await signedIn('skopeo', await admin.person('prefixed', { acme: 'member' }))
    await admin.call('POST', '/organizations/acme/groups', { name: 'below' })
    await admin.call('PUT', '/organizations/acme/groups/below/members/prefixed')
    await permit('below', 'samples/*', 'write')
    succeeded(await client.pull(at('samples/nginx:1')))
    succeeded(await client.push(makeTinyImage(product.world), at('samples/new:1')))
    expect((await client.pull(at('app:1'))).exitCode).not.toBe(0)
  })

  it('a company’s owner manages members and tokens, and pulls nothing', async () => {
    const owner = await admin.person('carl', {})
    await admin.call('POST', '/companies', { name: 'holding' })
    await admin.call('PUT', '/companies/holding/organizations/acme')
    await admin.call('PUT', '/companies/holding/owners/carl')
    const client = await signedIn('skopeo', owner)
    expect((await client.pull(at('app:1'))).output).toContain('pull access denied')
    await admin.person('new', {})
    await owner.call('PUT', '/organizations/acme/members/new', { role: 'member' })
    const ci = await owner.organizationToken('acme', 'ci', {
      repositories: [{ repository: 'app', permissions: ['scope-image-pull'] }],
    })
    const machine = product.clients.create('skopeo')
    succeeded(await machine.signIn(product.wharden.registry, ci.credentials))
    succeeded(await machine.pull(at('app:1')))
    await owner.deleteToken(ci.id)
    expect((await machine.pull(at('app:1'))).exitCode).not.toBe(0)
    expect((await client.pull(at('app:1'))).output).toContain('pull access denied')
  })
})

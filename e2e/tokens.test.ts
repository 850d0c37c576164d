/**
 * A credential of every kind, in every client: it pushes and pulls exactly what it was given, at the address of the
 * installation and at the organization's own, and taking it away bites at the very next request.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedToken } from './support/administrator.ts'
import { CLIENT_NAMES, SEEDER, type Client, type ClientName } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { succeeded, type Ran } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const READ = ['content/read', 'metadata/read']
const WRITE = [...READ, 'content/write']
const KINDS = ['personal access token', 'organization access token', 'registry token'] as const
type Kind = (typeof KINDS)[number]

describeWith(['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'buildah'], 'tokens', () => {
  let product: Product
  /** All of them push `acme/app`, pull `acme/lib`, and nothing else. */
  let tokens: Readonly<Record<Kind, IssuedToken>>

  beforeAll(async () => {
    product = await openProduct(['acme', 'beta'])
    const { admin, clients, wharden, world } = product
    await Promise.all(['acme', 'beta'].map((name) => admin.organization(name)))
    const open = { name: 'public', visibility: 'public' }
    await admin.call('POST', '/organizations/acme/repositories', open)
    const seeder = clients.create(SEEDER)
    const writer = await admin.personalToken('seeder', [{ repository: '*', permissions: ['repo:write'] }])
    succeeded(await seeder.signIn(wharden.registry, writer.credentials))
    for (const repository of ['acme/app', 'acme/lib', 'acme/other', 'acme/public', 'beta/app'])
      succeeded(await seeder.push(makeTinyImage(world), `${wharden.registry}/${repository}:1`))
    tokens = {
      'personal access token': await issuePersonal('laptop'),
      'organization access token': await issueOrganization('ci'),
      'registry token': await issueRegistry('device'),
    }
  })

  afterAll(() => product?.close())

  const issuePersonal = (label: string) =>
    product.admin.personalToken(label, [
      { repository: 'acme/app', permissions: ['repo:write'] },
      { repository: 'acme/lib', permissions: ['repo:read'] },
    ])
  const issueOrganization = (label: string) =>
    product.admin.organizationToken('acme', label, {
      repositories: [
        { repository: 'app', permissions: ['scope-image-push'] },
        { repository: 'lib', permissions: ['scope-image-pull'] },
      ],
    })
  const issueRegistry = (name: string) =>
    product.admin.registryToken('acme', name, [
      { repository: 'app', permissions: WRITE },
      { repository: 'lib', permissions: READ },
    ])

  /** Where repositories of `acme` and `beta` are found: by path, and at the organizations' own hosts. */
  const places = [
    ['by path', (organization: string) => `registry.test:5443/${organization}`],
    ['at the organization’s host', (organization: string) => `${organization}.registry.test:5443`],
  ] as const

  async function signedIn(name: ClientName, hosts: readonly string[], token?: IssuedToken): Promise<Client> {
    const client = product.clients.create(name)
    for (const host of hosts) {
      const ran = token && (await client.signIn(host, token.credentials))
      if (ran !== undefined) succeeded(ran)
    }
    return client
  }

  const hostOf = (place: string) => place.split('/')[0] ?? ''
  describe.each(places)('%s', (_, at) => {
    const acme = at('acme')
    const beta = at('beta')

    describe.each(KINDS)('%s', (kind) => {
      it.concurrent.each(CLIENT_NAMES)(
        '%s pushes and pulls what it was given, and nothing else',
        async (name) => {
          const client = await signedIn(name, [...new Set([hostOf(acme), hostOf(beta)])], tokens[kind])
          const image = makeTinyImage(product.world)
          const allowed = [
            await client.push(image, `${acme}/app:${name}`),
            await client.pull(`${acme}/app:${name}`),
            await client.pull(`${acme}/app:1`),
            await client.pull(`${acme}/lib:1`),
          ]
          const refused = [
            await client.push(image, `${acme}/lib:${name}`),
            await client.pull(`${acme}/other:1`),
            await client.push(image, `${acme}/new:${name}`),
            await client.pull(`${beta}/app:1`),
          ]
          expect(allowed.map(outcome)).toEqual(allowed.map(() => 'allowed'))
          expect(refused.map(outcome)).toEqual(refused.map(() => 'refused'))
        },
      )
    })

    it.concurrent.each(CLIENT_NAMES)(
      '%s without any credential pulls what is public, and nothing else',
      async (name) => {
        const client = await signedIn(name, [])
        expect(outcome(await client.pull(`${acme}/public:1`))).toBe('allowed')
        const refused = [
          await client.push(makeTinyImage(product.world), `${acme}/public:${name}`),
          await client.pull(`${acme}/app:1`),
          await client.pull(`${beta}/app:1`),
        ]
        expect(refused.map(outcome)).toEqual(refused.map(() => 'refused'))
      },
    )
  })

  it('a wildcard covers what doesn’t exist yet', async () => {
    const rules = [{ repository: 'samples/*', permissions: WRITE }]
    const token = await product.admin.registryToken('acme', 'samples', rules)
    const image = makeTinyImage(product.world)
    const client = await signedIn(SEEDER, ['registry.test:5443'], token)
    expect(outcome(await client.push(image, 'registry.test:5443/acme/samples/new:1'))).toBe('allowed')
    expect(outcome(await client.push(image, 'registry.test:5443/acme/samples-not:1'))).toBe('refused')
  })
})

/** A pull or push that failed for another reason is shown as it is. */
function outcome({ exitCode, output }: Ran): string {
  if (exitCode === 0) return 'allowed'
  return /(denied: |403 |error from registry: )(pull|push) access denied: .* \(decision \w+\)/.test(output)
    ? 'refused'
    : output
}

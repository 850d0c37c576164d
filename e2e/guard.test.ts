/**
 * A registry that isn't ours trusts our token service: CNCF Distribution in both versions, configured by what `wharden
 * guard distribution` prints, and real clients with credentials of every kind.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { IssuedToken } from './support/administrator.ts'
import type { Client, ClientName, Credentials } from './support/clients/client.ts'
import { describeWith } from './support/describe-with.ts'
import { findDistribution } from './support/distribution.ts'
import type { Program } from './support/go-install.ts'
import { guardCommand, startGuarded, type Guarded } from './support/guarded.ts'
import { openProduct, type Product } from './support/open-product.ts'
import { claimsOf } from './support/claims-of.ts'
import type { Command } from './support/requirements.ts'
import { succeeded, type Ran } from './support/run.ts'
import { makeTinyImage } from './support/tiny-image.ts'

const CASES = [
  { version: '2.8', registry: 'guarded.test:5543', needs: ['docker-registry'] },
  { version: '3.1', registry: 'guarded-too.test:5544', needs: ['go'] },
] as const satisfies readonly { readonly needs: readonly Command[]; readonly [other: string]: unknown }[]

const CLIENTS = ['docker', 'podman', 'skopeo', 'ctr'] as const satisfies readonly ClientName[]
const ENGINES = ['dockerd', 'docker', 'containerd', 'ctr', 'podman', 'skopeo', 'openssl'] as const
const TWENTY_MINUTES = 20 * 60_000

/** What each client says of Distribution's refusals, which carry no reason of ours, and its exit code. */
const DENIED = 'requested access to the resource is denied'
const REFUSED = {
  docker: { exitCode: 1, says: DENIED },
  podman: { exitCode: 125, says: DENIED },
  skopeo: { exitCode: 1, says: DENIED },
  ctr: { exitCode: 1, says: 'insufficient_scope: authorization failed' },
} as const satisfies Partial<Record<ClientName, object>>

/** What each client says of a login with a token that was deleted, and of a pull with a login from before. */
const ENDED = {
  docker: {
    login: 'unauthorized: this password is not known here',
    pull: 'the token of this login was deleted',
  },
  podman: { login: 'invalid username/password', pull: 'this password is not known here' },
  skopeo: { login: 'invalid username/password', pull: 'this password is not known here' },
  ctr: { login: undefined, pull: 'this password is not known here' },
} as const satisfies Partial<Record<ClientName, object>>

function expectRefused(name: keyof typeof REFUSED, ran: Ran): void {
  const { exitCode, says } = REFUSED[name]
  expect(ran).toMatchObject({ exitCode, output: expect.stringContaining(says) })
}

for (const { version, registry, needs } of CASES) {
  describeWith([...ENGINES, ...needs], `a guarded distribution ${version}`, () => {
    let program: Program
    let product: Product
    let guarded: Guarded
    /** Writes everything, as its owner. */
    let writer: Client
    let builder: IssuedToken

    async function signedIn(name: ClientName, { username, password }: Credentials): Promise<Client> {
      const client = product.clients.create(name)
      const ran = await client.signIn(registry, { username, password })
      if (ran !== undefined) succeeded(ran)
      return client
    }

    const push = (client: Client, repository: string) =>
      client.push(makeTinyImage(product.world), `${registry}/${repository}:1`)
    const pull = (client: Client, repository: string) => client.pull(`${registry}/${repository}:1`)

    /** Asks the token service itself. */
    async function ask(credentials: Credentials | undefined, service: string, ...scopes: readonly string[]) {
      const query = new URLSearchParams([['service', service], ...scopes.map((scope) => ['scope', scope])])
      const basic = Buffer.from(`${credentials?.username}:${credentials?.password}`).toString('base64')
      const headers = credentials === undefined ? undefined : { authorization: `Basic ${basic}` }
      const response = await fetch(`${product.wharden.url}/token?${query.toString()}`, {
        ...(headers && { headers }),
      })
      const body: { readonly token?: string } = JSON.parse(await response.text())
      return { status: response.status, body, token: body.token ?? '' }
    }

    async function ours(path: string, token: string): Promise<number> {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${product.wharden.url}/v2/${path}`, { headers })).status
    }

    beforeAll(async () => {
      program = await findDistribution(version)
      if (program.type === 'unavailable') return
      product = await openProduct([], [registry.replace(/:.*/, '')])
      const { admin } = product
      await admin.organization('acme')
      await admin.call('POST', '/organizations/acme/repositories', { name: 'open', visibility: 'public' })
      guarded = await startGuarded(product, program.path, version, registry)
      builder = await admin.registryToken('acme', 'builder', [
        { repository: 'app', permissions: ['content/write', 'content/read', 'metadata/read'] },
        { repository: 'other', permissions: ['content/read', 'metadata/read'] },
      ])
      const everything = [{ repository: '*', permissions: ['repo:admin'] }]
      writer = await signedIn('skopeo', (await admin.personalToken('writer', everything)).credentials)
      for (const repository of ['other', 'secret', 'open']) succeeded(await push(writer, repository))
    }, TWENTY_MINUTES)

    beforeEach(({ skip }) => {
      if (program.type === 'unavailable' && process.env['CI'] !== 'true') skip(program.reason)
      expect(program).toMatchObject({ type: 'ok' })
    })

    afterAll(async () => {
      await guarded?.close()
      await product?.close()
    })

    it('is configured by what the command prints and writes', () => {
      const file = version === '2.8' ? 'wharden-keys.pem' : 'wharden-jwks.json'
      const option = version === '2.8' ? 'rootcertbundle' : 'jwks'
      const path = product.world.path(`keys-${registry.split(':')[1]}/${file}`)
      expect(guarded.configuration).toBe(
        [
          'auth:',
          '  token:',
          '    realm: "https://registry.test:5443/token"',
          `    service: "${registry}"`,
          '    issuer: "registry.test"',
          `    ${option}: "${path}"`,
          '',
        ].join('\n'),
      )
      expect(readFileSync(path, 'utf8')).toContain(version === '2.8' ? 'BEGIN CERTIFICATE' : '"kty": "EC"')
    })

    it('prints the same when it is registered already', async () => {
      const args = [
        'distribution',
        '--service',
        registry,
        '--for',
        version.slice(0, 1),
        '--directory',
        '/keys',
      ]
      const { stdout } = succeeded(await guardCommand(product, args))
      const withoutKeys = (text: string) => text.split('\n').slice(0, 5)
      expect(withoutKeys(stdout)).toEqual(withoutKeys(guarded.configuration))
      expect(succeeded(await guardCommand(product, ['list'])).stdout).toContain(registry)
    })

    it.each(CLIENTS)('%s pushes and pulls what the token may, and nothing else', async (name) => {
      const client = await signedIn(name, builder.credentials)
      succeeded(await push(client, 'app'))
      succeeded(await pull(client, 'app'))
      succeeded(await pull(client, 'other'))
      expectRefused(name, await push(client, 'other'))
      expectRefused(name, await pull(client, 'secret'))
      expectRefused(name, await pull(client, 'absent'))
    })

    it.each(CLIENTS)('%s without a login pulls what is public, and nothing else', async (name) => {
      const client = product.clients.create(name)
      succeeded(await pull(client, 'open'))
      expectRefused(name, await pull(client, 'other'))
      expectRefused(name, await push(client, 'open'))
    })

    it('holds an organization token to its repositories', async () => {
      const { credentials } = await product.admin.organizationToken('acme', 'robot', {
        repositories: [
          { repository: 'robot', permissions: ['scope-image-push'] },
          { repository: 'other', permissions: ['scope-image-pull'] },
        ],
      })
      const client = await signedIn('podman', credentials)
      succeeded(await push(client, 'robot'))
      succeeded(await pull(client, 'robot'))
      succeeded(await pull(client, 'other'))
      expectRefused('podman', await push(client, 'other'))
      expectRefused('podman', await pull(client, 'secret'))
    })

    it('holds a personal token to its scope, and a person to their role', async () => {
      const { admin } = product
      const read = [{ repository: '*', permissions: ['repo:read'] }]
      const reader = await signedIn('skopeo', (await admin.personalToken('reader', read)).credentials)
      succeeded(await pull(reader, 'secret'))
      expectRefused('skopeo', await push(reader, 'secret'))
      const stranger = await admin.person('stranger', {})
      const everything = [{ repository: '*', permissions: ['repo:admin'] }]
      const other = await signedIn('skopeo', (await stranger.personalToken('all', everything)).credentials)
      expectRefused('skopeo', await pull(other, 'secret'))
      expectRefused('skopeo', await push(other, 'app'))
      succeeded(await pull(other, 'open'))
    })

    it('is told exact names where a scope map has a wildcard', async () => {
      const { admin } = product
      await admin.call('POST', '/organizations/acme/scope-maps', {
        name: 'team-scope-map',
        repositories: [{ repository: 'team/*', permissions: ['content/read', 'content/write'] }],
      })
      const rights = { rights: { type: 'scope-map', scopeMap: 'team-scope-map' } }
      const { credentials } = await admin.registryToken('acme', 'team-token', [], [], rights)
      const client = await signedIn('docker', credentials)
      succeeded(await push(client, 'team/one'))
      succeeded(await pull(client, 'team/one'))
      expectRefused('docker', await push(client, 'teams/one'))
      const scopes = ['repository:team/*:pull,push', 'repository:team/one:pull,push', 'repository:app:pull']
      const { token } = await ask(credentials, registry, ...scopes)
      expect(claimsOf(token).access).toEqual([
        { type: 'repository', name: 'team/one', actions: ['pull', 'push'] },
      ])
    })

    it('deletes for those who may', async () => {
      const client = await signedIn('skopeo', builder.credentials)
      succeeded(await push(client, 'app'))
      const app = `docker://${registry}/app:1`
      const refused = await client.run(['delete', app])
      expect(refused.exitCode).toBe(1)
      expect(refused.output).toMatch(/authentication required.*"Action\\*":\\*"delete/)
      succeeded(await writer.run(['delete', app]))
      expect((await pull(writer, 'app')).output).toContain('manifest unknown')
    })

    it('lists tags for those who may pull', async () => {
      const client = await signedIn('skopeo', builder.credentials)
      const { stdout } = succeeded(await client.run(['list-tags', `docker://${registry}/other`]))
      expect(JSON.parse(stdout).Tags).toEqual(['1'])
      const refused = await client.run(['list-tags', `docker://${registry}/secret`])
      expect(refused).toMatchObject({ exitCode: 1, output: expect.stringMatching(/401|403|denied/) })
    })

    it('gets tokens that say what is granted, in words it knows, and live four minutes', async () => {
      const { token } = await ask(
        builder.credentials,
        registry,
        'repository:app:pull,push,delete,metadata_read,metadata_write repository:other:pull,push',
        'repository:secret:pull',
        'registry:catalog:*',
      )
      const claims = claimsOf(token)
      expect(claims).toMatchObject({ iss: 'registry.test', aud: registry, sub: 'builder' })
      expect(claims.access).toEqual([
        { type: 'repository', name: 'app', actions: ['pull', 'push'] },
        { type: 'repository', name: 'other', actions: ['pull'] },
      ])
      const everything = await ask(builder.credentials, registry, 'repository:app:*', 'repository:other:*')
      expect(claimsOf(everything.token).access).toEqual(claims.access)
      expect(claims.exp - claims.iat).toBeLessThanOrEqual(240)
      expect(await guarded.status('_catalog', token)).toBe(401)
    })

    it('and we take no token that is meant for the other', async () => {
      const theirs = await ask(builder.credentials, registry, 'repository:other:pull')
      const own = await ask(builder.credentials, '', 'repository:other:pull')
      expect(await guarded.status('other/tags/list', theirs.token)).toBe(200)
      expect(await guarded.status('other/tags/list', own.token)).toBe(401)
      expect(await guarded.status('', own.token)).toBe(401)
      expect(await ours('', own.token)).toBe(200)
      expect(await ours('', theirs.token)).toBe(401)
    })

    it('gets no tokens under a name that nobody registered', async () => {
      expect(await ask(builder.credentials, 'unknown.test:5545')).toMatchObject({
        status: 400,
        body: {
          error_description:
            'tokens for the service `unknown.test:5545` are not issued here; `wharden guard` registers one',
        },
      })
    })

    it('a deleted token gets no more; what it got before ends by itself', async () => {
      const { admin, clients } = product
      const rules = [{ repository: 'other', permissions: ['content/read'] }]
      const { id, credentials } = await admin.registryToken('acme', 'short', rules)
      const before = new Map<keyof typeof ENDED, Client>()
      for (const name of CLIENTS) before.set(name, await signedIn(name, credentials))
      for (const client of before.values()) succeeded(await pull(client, 'other'))
      const { token } = await ask(credentials, registry, 'repository:other:pull')
      await admin.deleteToken(id)
      expect((await ask(credentials, registry, 'repository:other:pull')).status).toBe(401)
      expect(await guarded.status('other/tags/list', token)).toBe(200)
      for (const [name, client] of before) {
        const pulled = await pull(client, 'other')
        expect(pulled.exitCode, name).toBe(REFUSED[name].exitCode)
        expect(pulled.output).toContain(ENDED[name].pull)
        const login = await clients.create(name).signIn(registry, credentials)
        expect(login?.exitCode, name).toBe(login && REFUSED[name].exitCode)
        expect(login?.output ?? '').toContain(ENDED[name].login ?? '')
      }
    })

    it('gets no more tokens once it is removed', async () => {
      succeeded(await guardCommand(product, ['remove', registry, '--yes']))
      expect((await ask(builder.credentials, registry)).status).toBe(400)
    })
  })
}

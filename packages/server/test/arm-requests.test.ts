/** Requests to Azure’s control plane that nobody should send, by whom it isn’t for. */
import { describe, expect, it } from 'vitest'
import { armBed } from './arm-bed.ts'
import { describeServer } from './describe-server.ts'
import { ALL } from './fixtures.ts'
import { demand } from './images.ts'

const REGISTRY_TYPE = 'providers/Microsoft.ContainerRegistry/registries'

/** Every change there is; none is of something that is there. */
const CHANGES = [
  ['PUT', 'scopeMaps/never-map', { properties: { actions: [] } }],
  ['PATCH', 'scopeMaps/there-scope-map', { properties: { description: 'x' } }],
  ['DELETE', 'scopeMaps/there-scope-map', undefined],
  ['PUT', 'tokens/never', { properties: { scopeMapId: 'MAP' } }],
  ['PATCH', 'tokens/there', { properties: { status: 'disabled' } }],
  ['PATCH', 'tokens/there', { properties: { credentials: { passwords: [] } } }],
  ['DELETE', 'tokens/there', undefined],
  ['POST', 'generateCredentials', { tokenId: 'TOKEN' }],
] as const

describeServer('requests to Azure’s control plane', (server) => {
  const { arm, contributor, generate, makeToken, reader, registryId, signIn, subscription } = armBed(server)

  /** Ids are known only once the server runs. */
  const filled = (body: unknown) =>
    body === undefined
      ? undefined
      : JSON.stringify(body)
          .replace('"MAP"', `"${registryId()}/scopeMaps/_repositories_pull"`)
          .replace('"TOKEN"', `"${registryId()}/tokens/there"`)

  it.each(CHANGES)('%s %s is not a reader’s', async (method, path, body) => {
    await makeToken('there').catch(() => undefined)
    await generate('there')
    const answer = await arm(method, path, { token: reader(), body: filled(body) })
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'AuthorizationFailed' } } })
    expect(answer.json.error.message).toMatch(/lacks token\/edit on organization acme.*ask an owner/)
    const shown = demand(await arm('GET', 'tokens/there', { token: reader() }), 200).json
    expect(shown.properties).toMatchObject({ status: 'enabled', credentials: { passwords: [{}, {}] } })
  })

  describe('who has not signed in learns nothing', () => {
    const everywhere = [
      '/tenants',
      '/subscriptions',
      '/providers',
      '/subscriptions/x/y/z',
      '',
      'tokens',
      'webhooks',
    ]

    it.each(everywhere)('at %s', async (path) => {
      const nobody = await arm('GET', path, { token: undefined })
      expect(nobody).toMatchObject({ status: 401, json: { error: { code: 'InvalidAuthenticationToken' } } })
      const origin = `http://localhost:${server().port}`
      expect(nobody.headers['www-authenticate']).toBe(
        `Bearer authorization_uri="${origin}/adfs", resource_id="${origin}/"`,
      )
      expect(nobody.json.error.message).toContain('az login --service-principal')
    })

    it('nor by what is no sign-in here', async () => {
      const oat = await server().oat('acme', { '*': ALL })
      const principal = await server().servicePrincipal('acme')
      const access = await server().token({ as: oat, scope: 'repository:acme/app:pull' })
      const form = new URLSearchParams({
        grant_type: 'access_token',
        access_token: contributor() ?? '',
        service: server().authority,
      })
      const exchanged = await server().send('POST', '/oauth2/exchange', { body: form.toString() })
      const refresh = demand(exchanged, 200).json.refresh_token
      const [head, claims] = (contributor() ?? '').split('.')
      for (const token of [
        'x',
        '..',
        'a.b.c',
        oat.secret,
        principal.secret,
        access,
        refresh,
        `${head}.${claims}.`,
        `${head}.${claims}.AAAA`,
        `${contributor()}.x`,
        'x'.repeat(12_000),
      ])
        expect(await arm('GET', 'tokens', { token })).toMatchObject({ status: 401 })
      for (const authorization of ['Basic', 'Bearer', 'Digest x', basicOf(principal.name, principal.secret)])
        expect(await arm('GET', 'tokens', { token: undefined, headers: { authorization } })).toMatchObject({
          status: 401,
        })
    })

    it('and a sign-in is good for nothing else', async () => {
      const token = contributor()
      const headers = { authorization: `Bearer ${token}` }
      for (const [path, status] of [
        ['/v2/', 401],
        ['/acr/v1/_catalog', 401],
        ['/api/v1/organizations/acme', 403],
      ] as const)
        expect((await server().send('GET', path, { headers })).status).toBe(status)
      const as = { name: 'acme', secret: token ?? '' }
      expect((await server().send('GET', '/token', { as })).status).toBe(401)
    })
  })

  it('nothing is seen of another organization', async () => {
    await server().organization('other')
    const { name, secret } = await server().servicePrincipal('other')
    const token = await signIn(name, secret)
    await makeToken('there').catch(() => undefined)
    for (const path of [
      registryId(),
      `${registryId()}/tokens`,
      `${registryId()}/tokens/there`,
      `/subscriptions/${subscription()}`,
      `/subscriptions/${subscription()}/resources`,
    ]) {
      const answer = await arm('GET', path, { token })
      expect(answer).toMatchObject({ status: 404, json: { error: { code: 'ResourceNotFound' } } })
      expect(answer.text).not.toContain('acme')
    }
    const { value } = demand(await arm('GET', '/subscriptions', { token }), 200).json
    expect(value).toMatchObject([{ displayName: 'other' }])
    for (const [method, path, body] of CHANGES)
      expect((await arm(method, path, { token, body: filled(body) })).status).toBe(404)
    const own = `/subscriptions/${value[0].subscriptionId}/resourceGroups/other/${REGISTRY_TYPE}/other`
    const foreign = { tokenId: `${registryId()}/tokens/there` }
    expect(await arm('POST', `${own}/generateCredentials`, { token, body: foreign })).toMatchObject({
      status: 400,
      json: { error: { target: 'tokenId' } },
    })
  })

  it('an organization that is gone takes its sign-ins along', async () => {
    await server().organization('leaving')
    const { name, secret } = await server().servicePrincipal('leaving')
    const token = await signIn(name, secret)
    await server().deleteOrganization('leaving')
    expect((await arm('GET', '/subscriptions', { token })).status).toBe(401)
  })

  describe('paths', () => {
    it.each([
      ['GET', '/providers', 404],
      ['GET', '/subscriptions/x/y/z', 404],
      ['GET', '/subscriptions/x', 404],
      ['GET', 'webhooks', 404],
      ['GET', 'tokens/there/more', 404],
      ['GET', 'tokens/..%2F..%2Fother', 404],
      ['GET', `tokens/${'x'.repeat(4_000)}`, 404],
      ['GET', 'tokens/%00', 400],
      ['GET', 'tokens/%', 400],
      ['GET', 'tokens/%ff', 400],
      ['GET', 'tokens?$skipToken=%00', 400],
      ['GET', 'scopeMaps?$skipToken=%00', 400],
      ['GET', 'tokens?$skipToken=nonsense', 200],
      ['GET', 'scopeMaps?$skipToken=zzz', 200],
      ['POST', 'tokens', 405],
      ['PUT', '', 405],
      ['PATCH', '', 405],
      ['DELETE', '', 405],
      ['GET', 'generateCredentials', 405],
      ['HEAD', 'tokens', 405],
      ['OPTIONS', 'tokens/there', 405],
      ['DELETE', '/subscriptions', 405],
    ])('%s %s is %i', async (method, path, status) => {
      const answer = await arm(method, path)
      expect(answer.status).toBe(status)
      expect(answer.headers['x-ms-request-id']).toBe(answer.headers['x-request-id'])
      expect(answer.headers['x-ms-correlation-request-id']).toBe(answer.headers['x-request-id'])
      expect(answer.headers['cache-control']).toBe('no-store')
      if (status >= 400 && method !== 'HEAD') expect(answer.json.error.message.length).toBeGreaterThan(10)
      if (status === 405) expect(answer.headers.allow).toMatch(/^(GET|POST)/)
    })

    it('of a host that is none of ours lead nowhere', async () => {
      for (const path of ['/subscriptions', '/adfs/.well-known/openid-configuration', '/metadata/endpoints'])
        expect((await server().send('GET', path, { site: 'evil.test' })).status).toBe(421)
    })

    it('at an organization’s own host lead to the same', async () => {
      const token = contributor() ?? ''
      const answer = await server().send('GET', registryId(), { site: 'acme.localhost', token })
      expect(demand(answer, 200).json.properties.loginServer).toBe(`acme.${server().authority}`)
    })
  })

  describe('bodies', () => {
    const json = { 'content-type': 'application/json' }
    it.each([
      ['no JSON', '{', json, 400],
      ['a list', '[]', json, 400],
      ['a number', '1', json, 400],
      ['null', 'null', json, 400],
      ['another form', 'properties=x', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
      ['properties that are none', '{"properties":1}', json, 400],
      ['a NUL', '{"properties":{"description":"a\\u0000b"}}', json, 400],
      ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), json, 400],
      ['depth', `{"properties":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, json, 400],
      ['a prototype', '{"__proto__":{"properties":1},"properties":{"actions":"x"}}', json, 400],
      ['a million actions', `{"properties":{"actions":[${'"x",'.repeat(1_000_000)}"x"]}}`, json, 413],
    ])('%s is %4$i', async (_, body, headers, status) => {
      const answer = await arm('PUT', 'scopeMaps/bodies', { body, headers })
      expect([answer.status, typeof answer.json.error.message]).toEqual([status, 'string'])
    })

    it('are not read before it is known who sends them', async () => {
      const body = 'x'.repeat(3 * 1024 * 1024)
      expect((await arm('PUT', 'scopeMaps/bodies', { body, token: undefined })).status).toBe(401)
    })
  })
})

function basicOf(name: string, secret: string): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`
}

/** How Azure’s clients find the way to a registry, and sign in. */
import { describe, expect, it } from 'vitest'
import { tenantOfInstallation } from '../src/operations/azure-ids.ts'
import { armBed } from './arm-bed.ts'
import { describeServer } from './describe-server.ts'
import type { Issued } from './fixtures.ts'
import { demand } from './images.ts'

describeServer('the way to Azure’s control plane', (server) => {
  const { arm, askAuthority, signIn, registryId, subscription } = armBed(server)
  const origin = () => `http://localhost:${server().port}`
  const get = async (path: string) => demand(await server().send('GET', path), 200).json

  describe('documents, for everybody', () => {
    it.each([
      '/adfs/.well-known/openid-configuration',
      '/ADFS/.well-known/openid-configuration?x=y',
      '/adfs/adfs/.well-known/openid-configuration',
      '/adfs/myregistry/.well-known/openid-configuration',
    ])('%s says where to sign in', async (path) => {
      expect(await get(path)).toMatchObject({
        issuer: `${origin()}/adfs`,
        authorization_endpoint: `${origin()}/adfs/oauth2/authorize`,
        token_endpoint: `${origin()}/adfs/oauth2/token`,
        device_authorization_endpoint: `${origin()}/adfs/oauth2/devicecode`,
        jwks_uri: `${origin()}/adfs/discovery/keys`,
      })
    })

    it('there are no keys to verify our tokens by', async () => {
      expect(await get('/adfs/discovery/keys')).toEqual({ keys: [] })
    })

    it('the cloud is there in each shape that it has had', async () => {
      const authentication = { loginEndpoint: `${origin()}/adfs`, audiences: [`${origin()}/`] }
      const cloud = {
        name: 'wharden',
        authentication,
        resourceManager: origin(),
        suffixes: { acrLoginServer: server().authority },
      }
      for (const [version, shape] of [
        ['?api-version=2015-01-01', { graphEndpoint: `${origin()}/`, authentication }],
        ['?api-version=2019-05-01', [cloud]],
        ['', [cloud]],
        ['?api-version=2022-09-01', cloud],
        ['?api-version=2030-01-01', cloud],
      ] as const)
        expect(await get(`/metadata/endpoints${version}`)).toMatchObject(shape)
    })
  })

  describe('to who has signed in', () => {
    const own = () => ({ id: `/subscriptions/${subscription()}`, subscriptionId: subscription() })

    it('there is one directory, one subscription, one resource group', async () => {
      const tenantId = tenantOfInstallation(server().house.identity.issuer)
      const value = async (path: string) => demand(await arm('GET', path), 200).json
      expect(await value('/tenants?api-version=2019-11-01')).toMatchObject({ value: [{ tenantId }] })
      const shown = { ...own(), tenantId, displayName: 'acme', state: 'Enabled' }
      expect(await value('/subscriptions?api-version=2019-11-01')).toMatchObject({ value: [shown] })
      expect(await value(own().id)).toMatchObject(shown)
      const group = { id: `${own().id}/resourceGroups/acme`, name: 'acme' }
      expect(await value(`${own().id}/resourcegroups`)).toMatchObject({ value: [group] })
      expect(await value(`${own().id}/resourceGroups/ACME`)).toMatchObject(group)
    })

    it('and one registry, by its name, in every list', async () => {
      const registry = {
        id: registryId(),
        name: 'acme',
        type: 'Microsoft.ContainerRegistry/registries',
        sku: { name: 'Premium', tier: 'Premium' },
        properties: { loginServer: `acme.${server().authority}`, adminUserEnabled: false },
      }
      expect(demand(await arm('GET', ''), 200).json).toMatchObject(registry)
      const below = '/providers/Microsoft.ContainerRegistry/registries'
      for (const path of [`${own().id}${below}`, `${own().id}/resourceGroups/acme${below}`])
        expect(demand(await arm('GET', path), 200).json).toMatchObject({ value: [registry] })
      await server().choosePlan('acme', 'team')
      expect(demand(await arm('GET', ''), 200).json.sku).toEqual({ name: 'Standard', tier: 'Standard' })
    })

    it.each([
      ['', 1],
      ["resourceType eq 'Microsoft.ContainerRegistry/registries'", 1],
      ["resourceType EQ 'microsoft.containerregistry/REGISTRIES' and name eq 'Acme'", 1],
      ["resourceType eq 'Microsoft.ContainerRegistry/registries' and name eq 'other'", 0],
      ["resourceType eq 'Microsoft.Storage/storageAccounts'", 0],
    ])('of resources by %s there are %i', async (filter, count) => {
      const query = new URLSearchParams({ $filter: filter, 'api-version': '2021-04-01' })
      const { value } = demand(await arm('GET', `${own().id}/resources?${query.toString()}`), 200).json
      expect(value).toHaveLength(count)
    })
  })

  describe('a sign-in', () => {
    const principal = (): Promise<Issued> => server().servicePrincipal('acme')

    it('is by a form or by Basic, for an hour', async () => {
      const issued = await principal()
      const form = { grant_type: 'client_credentials', client_id: issued.name, client_secret: issued.secret }
      const extra = { scope: `${origin()}//.default`, claims: '{}', client_info: '1', resource: 'x' }
      const body = 'grant_type=client_credentials'
      for (const answer of [
        await askAuthority({ ...form, ...extra }),
        await server().send('POST', '/adfs/oauth2/token', { body, as: issued }),
        await server().send('POST', '/ADFS/OAuth2/Token', { body, as: issued }),
      ]) {
        expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } })
        expect(answer.json).toEqual({
          token_type: 'Bearer',
          expires_in: 3_600,
          access_token: expect.any(String),
        })
        demand(await arm('GET', '/subscriptions', { token: answer.json.access_token }), 200)
      }
    })

    it('is at once over, and refused, when it ends', async () => {
      const issued = await principal()
      const token = await signIn(issued.name, issued.secret)
      demand(await arm('GET', 'tokens', { token }), 200)
      await server().revoke(issued)
      const answer = await arm('GET', 'tokens', { token })
      expect(answer).toMatchObject({ status: 401, json: { error: { code: 'InvalidAuthenticationToken' } } })
      expect(answer.headers['www-authenticate']).toBe(
        `Bearer authorization_uri="${origin()}/adfs", resource_id="${origin()}/", error="invalid_token"`,
      )
      await expect(signIn(issued.name, issued.secret)).rejects.toThrow('401')
      await server().activate(issued)
      expect((await arm('GET', 'tokens', { token })).status).toBe(401)
      const again = await signIn(issued.name, issued.secret)
      server().pass(3_601_000)
      expect((await arm('GET', 'tokens', { token: again })).status).toBe(401)
      await server().deleteCredential(issued)
      await expect(signIn(issued.name, issued.secret)).rejects.toThrow('401')
    })

    it.each([
      [
        'a password',
        { grant_type: 'password', username: 'alice', password: 'x' },
        400,
        'unsupported_grant_type',
      ],
      ['a code', { grant_type: 'authorization_code', code: 'x' }, 400, 'unsupported_grant_type'],
      ['nothing', {}, 400, 'invalid_request'],
      ['no secret', { client_id: 'x' }, 401, 'invalid_client'],
      ['a certificate', { client_id: 'x', client_assertion: 'y' }, 401, 'invalid_client'],
      ['a wrong secret', { client_id: 'x', client_secret: 'whd_spn_wrong' }, 401, 'invalid_client'],
    ])('by %s is refused in OAuth’s words', async (_, form, status, error) => {
      const grant = 'client_id' in form ? { grant_type: 'client_credentials' } : {}
      const answer = await askAuthority({ ...grant, ...form } as Readonly<Record<string, string>>)
      expect(answer).toMatchObject({ status, json: { error, error_description: expect.any(String) } })
      expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="wharden"' : undefined)
      if (error === 'unsupported_grant_type')
        expect(answer.json.error_description).toContain('wharden service-principal create')
    })

    it('by another’s secret, or another kind of token, is refused', async () => {
      const [one, other] = [await principal(), await principal()]
      const oat = await server().oat('acme', {})
      for (const [id, { secret }] of [
        [one.name, other],
        ['acme', oat],
        [oat.record.id, oat],
      ] as const) {
        const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
        const answer = await askAuthority(form)
        expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } })
        const sentence =
          secret === oat.secret ? 'only service principals' : `of the client id \`${other.name}\``
        expect(answer.json.error_description).toContain(sentence)
      }
    })

    it.each([
      ['GET', '/adfs/oauth2/authorize', 400, 'unsupported_grant_type'],
      ['POST', '/adfs/oauth2/devicecode', 400, 'unsupported_grant_type'],
      ['GET', '/adfs/oauth2/token', 405, 'invalid_request'],
      ['POST', '/adfs/.well-known/openid-configuration', 405, 'invalid_request'],
      ['GET', '/adfs', 404, 'invalid_request'],
      ['GET', '/adfs/anything/else', 404, 'invalid_request'],
      ['GET', '/adfs/a/b/.well-known/openid-configuration', 404, 'invalid_request'],
    ])('%s %s is %i', async (method, path, status, error) => {
      expect(await server().send(method, path)).toMatchObject({ status, json: { error } })
    })

    it('a form that is too large is refused before it is read', async () => {
      const body = `grant_type=${'x'.repeat(70_000)}`
      expect((await server().send('POST', '/adfs/oauth2/token', { body })).status).toBe(413)
    })
  })
})

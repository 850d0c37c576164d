/** Azure's own SDK for JavaScript manages a registry's tokens and scope maps, signed in as a service principal. */
import { ContainerRegistryManagementClient } from '@azure/arm-containerregistry'
import { ContainerRegistryClient } from '@azure/container-registry'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ServicePrincipal } from './support/administrator.ts'
import { openAzure, type Azure } from './support/azure.ts'
import { describeWith } from './support/describe-with.ts'

const ENDPOINT = 'https://registry.test:5443'
const HOST = 'myregistry.registry.test:5443'
/** A resource group, and the registry in it. */
const REGISTRY = ['myregistry', 'myregistry'] as const
const READ = 'repositories/samples/*/content/read'

describeWith([], 'Azure’s SDK on tokens and scope maps', () => {
  let azure: Azure
  let pipeline: ServicePrincipal
  let client: ContainerRegistryManagementClient

  beforeAll(async () => {
    azure = await openAzure()
    pipeline = await azure.servicePrincipal('pipeline', 'contributor')
    client = await clientOf(pipeline)
  })

  afterAll(() => azure?.close())

  const options = () => ({ tlsOptions: { ca: azure.wharden.authorityPem }, retryOptions: { maxRetries: 0 } })

  /** As `ClientSecretCredential` of Azure's own library does it. */
  const credentialOf = ({ username, password }: ServicePrincipal) => ({
    getToken: async (scopes: string | string[]) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: username,
        client_secret: password,
        scope: [scopes].flat().join(' '),
      }
      const answer = await fetch(`${azure.wharden.url}/adfs/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      const { access_token: token, expires_in: seconds } = JSON.parse(await answer.text())
      return { token, expiresOnTimestamp: Date.now() + seconds * 1_000 }
    },
  })

  async function clientOf(principal: ServicePrincipal): Promise<ContainerRegistryManagementClient> {
    const { token } = await credentialOf(principal).getToken('x')
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${azure.wharden.url}/subscriptions?api-version=2022-12-01`, { headers })
    const { value } = JSON.parse(await answer.text())
    return new ContainerRegistryManagementClient(credentialOf(principal), value[0].subscriptionId, {
      endpoint: ENDPOINT,
      ...options(),
    })
  }

  it('shows the registry', async () => {
    const registry = await client.registries.get(...REGISTRY)
    expect(registry).toMatchObject({ name: 'myregistry', loginServer: HOST, sku: { name: 'Premium' } })
    expect(registry.creationDate).toBeInstanceOf(Date)
    const listed = []
    for await (const one of client.registries.list()) listed.push(one)
    for await (const one of client.registries.listByResourceGroup('myregistry')) listed.push(one)
    expect(listed).toEqual([registry, registry])
  })

  it('makes, shows, changes and deletes a scope map', async () => {
    const made = await client.scopeMaps.create(...REGISTRY, 'MyScopeMap', {
      actions: [READ],
      description: 'first',
    })
    expect(made).toMatchObject({ name: 'MyScopeMap', typePropertiesType: 'UserDefined', actions: [READ] })
    expect(await client.scopeMaps.get(...REGISTRY, 'MyScopeMap')).toEqual(made)
    const changed = await client.scopeMaps.update(...REGISTRY, 'MyScopeMap', { description: 'second' })
    expect(changed).toEqual({ ...made, description: 'second' })
    for (const _ of ['there', 'gone']) await client.scopeMaps.delete(...REGISTRY, 'MyScopeMap')
    await expect(client.scopeMaps.get(...REGISTRY, 'MyScopeMap')).rejects.toMatchObject({
      name: 'RestError',
      statusCode: 404,
      code: 'ResourceNotFound',
      message: '`myregistry` has no scope map `MyScopeMap`',
    })
  })

  it('lists scope maps, page by page', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `many-${index}`)
    for (const name of names) await client.scopeMaps.create(...REGISTRY, name, { actions: [READ] })
    const pages: string[][] = []
    for await (const page of client.scopeMaps.list(...REGISTRY).byPage())
      pages.push(page.map(({ name = '' }) => name))
    expect(pages).toHaveLength(2)
    expect(pages.flat()).toEqual(expect.arrayContaining([...names, '_repositories_admin']))
  })

  it('makes a token, generates its passwords, changes and deletes it', async () => {
    const { id: scopeMapId } = await client.scopeMaps.create(...REGISTRY, 'devices', { actions: [READ] })
    const made = await client.tokens.create(...REGISTRY, 'MyToken', { ...(scopeMapId && { scopeMapId }) })
    expect(made).toMatchObject({
      name: 'MyToken',
      status: 'enabled',
      scopeMapId,
      credentials: { passwords: [] },
    })
    const expiry = new Date('2126-11-21T12:00:00.000Z')
    const tokenId = made.id ?? ''
    const generated = await client.registries.generateCredentials(...REGISTRY, { tokenId, expiry })
    expect(generated).toMatchObject({ username: 'MyToken', passwords: [{ expiry }, { expiry }] })
    const [first, second] = generated.passwords ?? []
    const logIn = (password = '') => {
      const authorization = `Basic ${Buffer.from(`MyToken:${password}`).toString('base64')}`
      return fetch(`${azure.wharden.url}/token`, { headers: { authorization } })
    }
    for (const password of [first, second]) expect((await logIn(password?.value)).status).toBe(200)
    const one = await client.registries.generateCredentials(...REGISTRY, { tokenId, name: 'password2' })
    expect(one.passwords).toMatchObject([{ name: 'password2' }])
    const kept = { passwords: [{ name: 'password1' }] }
    const updated = await client.tokens.update(...REGISTRY, 'MyToken', { credentials: kept })
    expect(updated.credentials?.passwords).toMatchObject([{ name: 'password1', expiry }])
    await client.tokens.update(...REGISTRY, 'MyToken', { status: 'disabled' })
    expect((await logIn(first?.value)).status).toBe(401)
    const listed = []
    for await (const token of client.tokens.list(...REGISTRY)) listed.push(token)
    expect(listed).toMatchObject([
      { name: 'MyToken', status: 'disabled', systemData: { createdBy: 'pipeline' } },
    ])
    for (const _ of ['there', 'gone']) await client.tokens.delete(...REGISTRY, 'MyToken')
    await expect(client.tokens.get(...REGISTRY, 'MyToken')).rejects.toMatchObject({ statusCode: 404 })
  })

  it('is told what is wrong, and what it may not', async () => {
    const wrong = client.scopeMaps.create(...REGISTRY, 'Wrong', { actions: ['repositories/a*/content/read'] })
    await expect(wrong).rejects.toMatchObject({
      statusCode: 400,
      code: 'InvalidParameter',
      message: expect.stringContaining('`*` in the wrong place'),
    })
    const reader = await clientOf(await azure.servicePrincipal('looker', 'reader'))
    await expect(reader.scopeMaps.create(...REGISTRY, 'Wrong', { actions: [READ] })).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
      message: expect.stringContaining('lacks token/edit'),
    })
    expect(await reader.scopeMaps.get(...REGISTRY, '_repositories_pull')).toMatchObject({
      typePropertiesType: 'SystemDefined',
    })
  })

  it('and the same sign-in works on what the registry holds', async () => {
    await azure.admin.call('POST', '/organizations/myregistry/repositories', { name: 'samples/app' })
    const content = new ContainerRegistryClient(`https://${HOST}`, credentialOf(pipeline), {
      audience: ENDPOINT,
      ...options(),
    })
    const names = []
    for await (const name of content.listRepositoryNames()) names.push(name)
    expect(names).toEqual(['samples/app'])
  })

  it('ends with its service principal, at once', async () => {
    const leaving = await azure.servicePrincipal('leaving', 'contributor')
    const last = await clientOf(leaving)
    await last.registries.get(...REGISTRY)
    await azure.admin.call('DELETE', `/organizations/myregistry/service-principals/${leaving.username}`)
    await expect(last.registries.get(...REGISTRY)).rejects.toMatchObject({
      statusCode: 401,
      code: 'InvalidAuthenticationToken',
    })
  })
})

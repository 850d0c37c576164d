/** The real az manages a registry's tokens and scope maps, signed in as a service principal. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ServicePrincipal } from './support/administrator.ts'
import { openAz, type Az } from './support/az.ts'
import { openAzure, type Azure } from './support/azure.ts'
import { createSkopeo } from './support/clients/skopeo.ts'
import { describeWith } from './support/describe-with.ts'
import { succeeded } from './support/run.ts'

const HOST = 'myregistry.registry.test:5443'

describeWith(['az', 'skopeo'], 'az on tokens and scope maps', () => {
  let azure: Azure
  let az: Az
  let pipeline: ServicePrincipal

  beforeAll(async () => {
    azure = await openAzure()
    pipeline = await azure.servicePrincipal('pipeline', 'contributor')
    az = await openAz(azure.world, azure.wharden)
    await az.signIn(pipeline)
  })

  afterAll(() => azure?.close())

  const at = ['--registry', 'myregistry']
  const token = (verb: string, name: string, ...rest: readonly string[]) =>
    ['token', ...verb.split(' '), '--name', name, ...at, ...rest] as const
  const scopeMap = (verb: string, name: string, ...rest: readonly string[]) =>
    ['scope-map', verb, '--name', name, ...at, ...rest] as const

  /** What the token service says to a token's name and password. */
  async function logIn(username: string, password: string): Promise<number> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    return (await fetch(`${azure.wharden.url}/token`, { headers: { authorization } })).status
  }

  async function table(...args: readonly string[]): Promise<string> {
    const { stdout } = await az.run(['acr', ...args, '--output', 'table'])
    return stdout
  }

  /** Ends with this exit code and sentence, having been told so once. */
  async function refused(args: readonly string[], exitCode: number, sentence: string): Promise<void> {
    const ran = await az.run(['acr', ...args, '--debug'])
    expect(ran.output).toContain(sentence)
    expect(ran.exitCode).toBe(exitCode)
    expect(ran.output.match(/Response status: [45]/g)).toHaveLength(1)
  }

  it('finds the registry, in whatever case it is named', async () => {
    expect(await az.acr(['list'])).toMatchObject([{ name: 'myregistry', loginServer: HOST }])
    expect(await az.acr(['show', '--name', 'MyRegistry'])).toMatchObject({
      name: 'myregistry',
      resourceGroup: 'myregistry',
      loginServer: HOST,
      provisioningState: 'Succeeded',
      sku: { name: 'Premium' },
    })
  })

  it('makes a token with a scope map of its own, again and the same, and no other', async () => {
    const hello = ['--repository', 'samples/hello-world', 'content/write', 'content/read']
    const nginx = ['--repository', 'samples/nginx', 'content/read']
    const made = await az.acr(token('create', 'MyToken', ...hello, ...nginx, '--status', 'enabled'))
    expect(made).toMatchObject({ name: 'MyToken', status: 'enabled', credentials: { username: 'MyToken' } })
    expect(made.scopeMapId).toMatch(/\/scopeMaps\/MyToken-scope-map$/)
    for (const { value, expiry } of made.credentials.passwords) {
      expect(await logIn('MyToken', value)).toBe(200)
      expect(expiry).toBeNull()
    }
    const again = await az.acr(token('create', 'MyToken', ...nginx, ...hello, '--no-passwords', 'true'))
    expect(again.credentials.passwords).toMatchObject([{ value: null }, { value: null }])
    expect(await az.refused(token('create', 'MyToken', ...nginx))).toContain(
      'already configured with different',
    )
  })

  it('shows tokens, one and all', async () => {
    await azure.token('Shown')
    expect(await az.acr(token('show', 'Shown'))).toMatchObject({
      name: 'Shown',
      creationDate: expect.any(String),
      systemData: { createdBy: 'olga' },
      credentials: {
        passwords: [
          { name: 'password1', value: null },
          { name: 'password2', value: null },
        ],
      },
    })
    expect(await table('token', 'list', ...at)).toMatch(
      /^Shown +Shown-scope-map +Never +Never +Enabled +Succeeded +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ *$/m,
    )
    await refused(token('show', 'Unknown'), 3, '`myregistry` has no registry token `Unknown`')
  })

  it('generates passwords, both or one, and deletes them one by one', async () => {
    await azure.token('Passwords')
    const generate = (...rest: readonly string[]) =>
      az.acr(token('credential generate', 'Passwords', ...rest))
    const one = await generate('--password1', '--expiration-in-days', '30')
    expect(one).toMatchObject({ username: 'Passwords', passwords: [{ name: 'password1' }] })
    const lasts = Date.parse(one.passwords[0].expiry) - Date.parse(one.passwords[0].creationTime)
    expect(Math.round(lasts / 86_400_000)).toBe(30)
    const both = await generate()
    expect(both.passwords).toMatchObject([{ name: 'password1' }, { name: 'password2', expiry: null }])
    expect(await logIn('Passwords', one.passwords[0].value)).toBe(401)
    await az.acr(token('credential delete', 'Passwords', '--password1'))
    expect(
      await Promise.all(both.passwords.map(({ value }: { value: string }) => logIn('Passwords', value))),
    ).toEqual([401, 200])
    const past = ['--expiration', '2020-01-01T00:00:00Z']
    await refused(token('credential generate', 'Passwords', ...past), 1, 'is in the past')
  })

  it('disables a token, and enables it by giving it another scope map', async () => {
    const { credentials } = await azure.token('Updated')
    await az.acr(token('update', 'Updated', '--status', 'disabled'))
    expect(await logIn('Updated', credentials.password)).toBe(401)
    const woken = await az.acr(token('update', 'Updated', '--scope-map', '_repositories_pull'))
    expect(woken).toMatchObject({
      status: 'enabled',
      scopeMapId: expect.stringMatching(/_repositories_pull$/),
    })
    expect(await logIn('Updated', credentials.password)).toBe(200)
    await refused(token('update', 'Updated', '--scope-map', 'Unknown'), 1, 'has no scope map `Unknown`')
  })

  it('makes, shows, changes and deletes a scope map; its tokens stay, without rights', async () => {
    const samples = ['--repository', 'samples/*', 'content/read']
    const made = await az.acr(
      scopeMap('create', 'MyScopeMap', ...samples, '--description', 'Sample scope map'),
    )
    expect(made).toMatchObject({
      description: 'Sample scope map',
      actions: ['repositories/samples/*/content/read'],
      typePropertiesType: 'UserDefined',
    })
    await az.acr(token('create', 'Mapped', '--scope-map', 'MyScopeMap', '--no-passwords', 'true'))
    const changes = ['--add', 'samples/nginx', 'content/write', '--remove', 'samples/*', 'content/read']
    await az.acr(scopeMap('update', 'MyScopeMap', ...changes))
    const shown = await az.acr(scopeMap('show', 'MyScopeMap'))
    expect(shown).toMatchObject({
      description: 'Sample scope map',
      actions: ['repositories/samples/nginx/content/write'],
    })
    expect(await table('scope-map', 'list', ...at)).toMatch(/^MyScopeMap +\S+Z +Sample scope map *$/m)
    await az.acr(scopeMap('delete', 'MyScopeMap', '--yes'))
    expect(await az.acr(token('show', 'Mapped'))).toMatchObject({ scopeMapId: null, status: 'enabled' })
    await refused(scopeMap('show', 'MyScopeMap'), 3, '`myregistry` has no scope map `MyScopeMap`')
    for (const _ of ['there', 'gone']) await az.acr(token('delete', 'Mapped', '--yes'))
  })

  it('is told in a sentence what a scope map can not be', async () => {
    const actions = ['--repository', 'samples/*', 'content/read']
    const cases = [
      [scopeMap('create', 'Wrong', '--repository', 'samples*', 'content/read'), '`*` in the wrong place'],
      [scopeMap('create', 'Wrong', '--gateway', 'edge', 'config/read'), 'connected registries'],
      [scopeMap('create', 'abc', ...actions), 'use 5 to 50'],
      [scopeMap('delete', '_repositories_pull', '--yes'), 'is the system’s'],
    ] as const
    for (const [args, sentence] of cases) await refused(args, 1, sentence)
  })

  it('does by itself what nobody asked it for', async () => {
    const pull = ['--scope-map', '_repositories_pull']
    const late = await az.refused(token('create', 'Habits', ...pull, '--expiration-in-days', '-1'))
    expect(late).toContain('Days must be positive.') // having made the token by then, without passwords
    expect((await az.acr(token('show', 'Habits'))).credentials.passwords).toEqual([])
    const forever = await az.acr(token('credential generate', 'Habits', '--expiration-in-days', '0'))
    expect(forever.passwords).toMatchObject([{ expiry: null }, { expiry: null }])
    const lowered = { actions: ['repositories/samples/app/content/read'] }
    const app = ['--repository', 'Samples/App', 'content/read']
    expect(await az.acr(scopeMap('create', 'Lowered', ...app))).toMatchObject(lowered)
    const absent = ['--remove', 'samples/nginx', 'content/read']
    expect(await az.acr(scopeMap('update', 'Lowered', ...absent))).toMatchObject(lowered)
  })

  it('works on what the registry holds, and hands a login on', async () => {
    await azure.admin.call('POST', '/organizations/myregistry/repositories', { name: 'samples/app' })
    expect(await az.acr(['repository', 'list', '--name', 'myregistry'])).toEqual(['samples/app'])
    const exposed = await az.acr(['login', '--name', 'myregistry', '--expose-token'])
    expect(exposed.loginServer).toBe(HOST)
    const anybody = { username: '00000000-0000-0000-0000-000000000000', password: exposed.accessToken }
    succeeded(await createSkopeo(azure.world).signIn(HOST, anybody))
  })

  it.each(['asks', 'listed'] as const)('gets to know the cloud where it %s', async (way) => {
    const other = await openAz(azure.world, azure.wharden, way)
    await other.signIn(pipeline)
  })

  it('is turned away at once as a person, by a wrong secret, and when the service principal is no more', async () => {
    const person = await az.run(['login', '--username', 'olga', '--password', 'x'])
    expect(person).toMatchObject({ exitCode: 1, output: expect.stringContaining('only service principals') })
    await expect(az.signIn({ ...pipeline, password: 'wrong' })).rejects.toThrow('ended with 1')
    await azure.admin.call('PATCH', `/organizations/myregistry/service-principals/${pipeline.username}`, {
      status: 'inactive',
    })
    await refused(['token', 'list', ...at], 1, '(InvalidAuthenticationToken)')
    await az.signIn(await azure.servicePrincipal('looker', 'reader'))
    expect((await az.acr(['token', 'list', ...at])).length).toBeGreaterThan(0)
    const samples = ['--repository', 'samples/*', 'content/read']
    await refused(
      scopeMap('create', 'Mine-not', ...samples),
      1,
      'lacks token/edit on organization myregistry',
    )
  })
})

/** Scope maps as Azure’s clients manage them. */
import { describe, expect, it } from 'vitest'
import { armBed } from './arm-bed.ts'
import { describeServer } from './describe-server.ts'
import { demand } from './images.ts'

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const READ = 'repositories/samples/*/content/read'

describeServer('scope maps by Azure’s control plane', (server) => {
  const { arm, registryId } = armBed(server)
  const put = (name: string, properties: object) => arm('PUT', `scopeMaps/${name}`, { body: { properties } })
  const patch = (name: string, properties: object) =>
    arm('PATCH', `scopeMaps/${name}`, { body: { properties } })
  const show = async (name: string) => demand(await arm('GET', `scopeMaps/${name}`), 200).json.properties

  it('is made, shown, replaced and deleted', async () => {
    const actions = ['repositories/samples/nginx/content/read', 'repositories/samples/*/metadata/read']
    const made = demand(await put('MyScopeMap', { description: 'Sample map', actions }), 201).json
    expect(made).toEqual({
      id: `${registryId()}/scopeMaps/MyScopeMap`,
      name: 'MyScopeMap',
      type: 'Microsoft.ContainerRegistry/registries/scopeMaps',
      systemData: { createdAt: INSTANT },
      properties: {
        description: 'Sample map',
        type: 'UserDefined',
        creationDate: INSTANT,
        provisioningState: 'Succeeded',
        actions,
      },
    })
    expect(demand(await arm('GET', 'scopeMaps/MyScopeMap'), 200).json).toEqual(made)
    const replaced = demand(await put('MyScopeMap', { actions: [READ] }), 200).json
    expect(replaced.properties).toMatchObject({ description: '', actions: [READ] })
    expect(await arm('DELETE', 'scopeMaps/MyScopeMap')).toMatchObject({ status: 200, text: '' })
    expect(await arm('DELETE', 'scopeMaps/MyScopeMap')).toMatchObject({ status: 204, text: '' })
    expect(await arm('GET', 'scopeMaps/MyScopeMap')).toMatchObject({
      status: 404,
      json: { error: { code: 'ResourceNotFound', message: '`acme` has no scope map `MyScopeMap`' } },
    })
  })

  it('changes as it is named: what is absent or null stays, actions are all there are', async () => {
    const nginx = ['repositories/nginx/content/write', 'repositories/nginx/content/read']
    demand(await put('changing', { description: 'first', actions: [READ] }), 201)
    demand(await patch('changing', { description: 'second' }), 200)
    expect(await show('changing')).toMatchObject({ description: 'second', actions: [READ] })
    demand(await patch('changing', { description: null, actions: [...nginx, ...nginx] }), 200)
    expect(await show('changing')).toMatchObject({ description: 'second', actions: nginx })
    for (const properties of [{}, { actions: null }]) demand(await patch('changing', properties), 200)
    expect(await show('changing')).toMatchObject({ description: 'second', actions: nginx })
    demand(await arm('PATCH', 'scopeMaps/changing', { body: {} }), 200)
    demand(await patch('changing', { description: '', actions: [] }), 200)
    expect(await show('changing')).toMatchObject({ description: '', actions: [] })
    expect((await patch('unknown', { actions: [] })).status).toBe(404)
  })

  it('may be made of nothing', async () => {
    expect(demand(await put('nothing', {}), 201).json.properties.actions).toEqual([])
    expect(demand(await arm('PUT', 'scopeMaps/nothing2', { body: {} }), 201).json.name).toBe('nothing2')
  })

  it('the system’s are shown, and stay', async () => {
    const { value } = demand(await arm('GET', 'scopeMaps'), 200).json
    const systems = value.filter(({ name }: { readonly name: string }) => name.startsWith('_'))
    expect(systems).toHaveLength(5)
    for (const { properties } of systems) expect(properties).toMatchObject({ type: 'SystemDefined' })
    expect(await show('_repositories_pull_metadata_read')).toMatchObject({
      description: 'Can perform all read operations on the registry',
      actions: ['repositories/*/content/read', 'repositories/*/metadata/read'],
    })
    for (const answer of [
      await put('_repositories_pull', { actions: [READ] }),
      await patch('_repositories_pull', { description: 'mine' }),
      await arm('DELETE', 'scopeMaps/_repositories_pull'),
    ])
      expect(answer).toMatchObject({
        status: 409,
        json: { error: { code: 'Conflict', message: expect.stringContaining('system’s') } },
      })
    expect((await put('_mine_too', { actions: [READ] })).json.error).toMatchObject({
      code: 'InvalidParameter',
      target: 'name',
      message: expect.stringContaining('choose another'),
    })
  })

  it('many are listed page by page, each once', async () => {
    const names = Array.from({ length: 101 }, (_, index) => `many-${index}`)
    for (const name of names) demand(await put(name, { actions: [READ] }), 201)
    const listed: string[] = []
    let pages = 0
    for (let path = `${registryId()}/scopeMaps?api-version=2025-11-01`; path !== ''; pages += 1) {
      const { value, nextLink = '' } = demand(await arm('GET', path), 200).json
      listed.push(...value.map(({ name }: { readonly name: string }) => name))
      expect(nextLink === '' || nextLink.startsWith(`http://localhost:${server().port}/subscriptions/`)).toBe(
        true,
      )
      path = nextLink.replace(/^http:\/\/[^/]+/, '')
      expect(path === '' || path.includes('api-version=2025-11-01')).toBe(true)
    }
    expect(pages).toBe(2)
    expect(listed).toEqual(expect.arrayContaining(names))
    expect(new Set(listed).size).toBe(listed.length)
  })

  describe('bad input is refused by a sentence, at what is wrong', () => {
    it.each([
      ['no action', 'repositories/samples/content/list', /`content\/list` isn't an action: use one of/],
      ['no repository', 'content/read', /write `repositories\/REPOSITORY\/ACTION`/],
      ['a wildcard in the middle', 'repositories/a/*/b/content/read', /`\*` in the wrong place/],
      ['upper case', 'repositories/Samples/content/read', /lower-case/],
      ['a connected registry', 'gateway/edge/config/read', /connected registries/],
      ['another registry', 'repositories/docker.io/library/*/content/read', /of its own organization/],
    ])('%s', async (_, action, message) => {
      for (const answer of [
        await put('wrong', { actions: [READ, action] }),
        await patch('_repositories_pull', { actions: [action] }),
      ])
        expect(answer).toMatchObject({
          status: 400,
          json: { error: { code: 'InvalidParameter', target: 'properties.actions' } },
        })
      expect((await put('wrong', { actions: [action] })).json.error.message).toMatch(message)
      expect((await arm('GET', 'scopeMaps/wrong')).status).toBe(404)
    })

    it.each([
      ['a short name', 'abc', {}, 'name', /^`abc` can't be a scope map's name: use 5 to 50/],
      ['a name of odd letters', 'my.map', {}, 'name', /^`my.map` can't be/],
      [
        'a long description',
        'right',
        { description: 'x'.repeat(257) },
        'properties.description',
        /at most 256/,
      ],
      ['a number for a description', 'right', { description: 1 }, 'properties.description', /text|string/],
      ['text for actions', 'right', { actions: READ }, 'properties.actions', /array/],
      ['a number for an action', 'right', { actions: [1] }, 'properties.actions.0', /text|string/],
    ])('%s', async (_, name, properties, target, message) => {
      const answer = await put(name, properties)
      expect(answer).toMatchObject({ status: 400, json: { error: { code: 'InvalidParameter', target } } })
      expect(answer.json.error.message).toMatch(message)
    })

    it('more than the plan allows', async () => {
      await server().choosePlan('acme', 'free')
      const actions = Array.from({ length: 501 }, (_, index) => `repositories/app${index}/content/read`)
      expect(await put('large', { actions })).toMatchObject({
        status: 403,
        json: { error: { code: 'QuotaExceeded', message: expect.stringContaining('500') } },
      })
    })
  })
})

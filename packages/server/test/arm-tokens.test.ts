/** Registry tokens and their passwords as Azure’s clients manage them. */
import { describe, expect, it } from 'vitest'
import { armBed } from './arm-bed.ts'
import { describeServer } from './describe-server.ts'
import { accountName, required } from './fixtures.ts'
import { demand } from './images.ts'

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

type Password = { readonly name: string; readonly value: string; readonly expiry?: string }

describeServer('tokens by Azure’s control plane', (server) => {
  const { arm, generate, makeToken, registryId } = armBed(server)
  const put = (name: string, properties: object) => arm('PUT', `tokens/${name}`, { body: { properties } })
  const patch = (name: string, properties: object) => arm('PATCH', `tokens/${name}`, { body: { properties } })
  const show = async (name: string) => demand(await arm('GET', `tokens/${name}`), 200).json.properties
  const map = (name: string) => `${registryId()}/scopeMaps/${name}`
  const names = (passwords: readonly Password[]) => passwords.map(({ name }) => name)
  const keeping = (...kept: readonly string[]) => ({
    credentials: { passwords: kept.map((name) => ({ name })) },
  })

  /** What a login with a token’s name and password is answered. */
  async function logIn(name: string, secret: string): Promise<number> {
    return (await server().send('GET', '/token', { as: { name, secret } })).status
  }

  /** Newest first. */
  async function audited() {
    const { read } = server().house.store
    const acme = required(await read.organizations.byName(accountName('acme')))
    return (await read.audit.list(acme.id, { limit: 1_000 })).items
  }

  it('is made without passwords, shown, and deleted', async () => {
    demand(await arm('PUT', 'scopeMaps/MyScopeMap', { body: {} }), 201)
    const made = demand(await put('MyToken', { scopeMapId: map('MyScopeMap'), status: 'disabled' }), 201).json
    expect(made).toEqual({
      id: `${registryId()}/tokens/MyToken`,
      name: 'MyToken',
      type: 'Microsoft.ContainerRegistry/registries/tokens',
      systemData: { createdBy: 'pipeline', createdAt: INSTANT },
      properties: {
        creationDate: INSTANT,
        provisioningState: 'Succeeded',
        scopeMapId: map('MyScopeMap'),
        status: 'disabled',
        credentials: { certificates: [], passwords: [] },
      },
    })
    expect(demand(await arm('GET', 'tokens/MyToken'), 200).json).toEqual(made)
    expect(demand(await arm('GET', 'tokens'), 200).json.value).toContainEqual(made)
    expect(await arm('DELETE', 'tokens/MyToken')).toMatchObject({ status: 200, text: '' })
    expect(await arm('DELETE', 'tokens/MyToken')).toMatchObject({ status: 204, text: '' })
    expect(await arm('GET', 'tokens/MyToken')).toMatchObject({
      status: 404,
      json: { error: { code: 'ResourceNotFound', message: expect.stringContaining('`MyToken`') } },
    })
  })

  it('ids are the same in whatever case they are written, and names are not', async () => {
    await makeToken('Cased')
    const loud = `${registryId().toUpperCase()}/TOKENS/Cased`
    expect(demand(await arm('GET', loud), 200).json.name).toBe('Cased')
    const wanted = {
      scopeMapId: `${registryId().toUpperCase()}/scopemaps/Cased-scope-map`,
      status: 'Enabled',
    }
    demand(await put('Cased', wanted), 200)
    expect((await arm('GET', 'tokens/cased')).status).toBe(404)
  })

  it('made again it keeps its passwords, and is what is said of it', async () => {
    await makeToken('Again')
    const { passwords } = await generate('Again')
    demand(await put('Again', { scopeMapId: map('_repositories_pull'), status: 'disabled' }), 200)
    expect(await show('Again')).toMatchObject({ status: 'disabled', scopeMapId: map('_repositories_pull') })
    demand(await put('Again', { status: 'enabled' }), 200)
    expect(await logIn('Again', passwords[0].value)).toBe(200)
  })

  it('changes as it is named; what is absent or null stays', async () => {
    await makeToken('Changed')
    await generate('Changed')
    const before = await show('Changed')
    for (const properties of [{}, { status: null, scopeMapId: null, credentials: null }, { credentials: {} }])
      demand(await patch('Changed', properties), 200)
    expect(await show('Changed')).toEqual(before)
    demand(await patch('Changed', { status: 'disabled' }), 200)
    expect(await show('Changed')).toEqual({ ...before, status: 'disabled' })
    demand(await patch('Changed', { scopeMapId: map('_repositories_pull') }), 200)
    expect(await show('Changed')).toEqual({
      ...before,
      status: 'disabled',
      scopeMapId: map('_repositories_pull'),
    })
    expect((await patch('Unknown', { status: 'enabled' })).status).toBe(404)
  })

  it('is enabled by what az sends along with a scope map, and the audit log says so', async () => {
    await makeToken('Woken')
    demand(await patch('Woken', { status: 'disabled' }), 200)
    demand(await patch('Woken', { scopeMapId: map('_repositories_pull'), status: 'enabled' }), 200)
    const [newest] = await audited()
    expect(newest).toMatchObject({
      type: 'token_updated',
      actor: { type: 'credential', name: 'pipeline' },
      detail: {
        before: { name: 'Woken', status: 'inactive', scopeMap: 'Woken-scope-map' },
        after: {
          name: 'Woken',
          status: 'active',
          scopeMap: '_repositories_pull',
          note: expect.stringContaining('is enabled by the way: `az acr token update`'),
        },
      },
    })
  })

  it('whose scope map was deleted has none, and may be given another', async () => {
    await makeToken('Orphan')
    demand(await arm('DELETE', 'scopeMaps/Orphan-scope-map'), 200)
    const { scopeMapId, ...rest } = await show('Orphan')
    expect(scopeMapId).toBeUndefined()
    expect(rest).toMatchObject({ status: 'enabled' })
    demand(await patch('Orphan', { scopeMapId: map('_repositories_pull') }), 200)
    expect(await show('Orphan')).toMatchObject({ scopeMapId: map('_repositories_pull') })
  })

  it('that has expired is disabled, and can only be deleted', async () => {
    const { record } = await server().registryToken('acme', 'Expired', {}, { expiresAt: server().now() + 1 })
    server().pass(2)
    expect(await show(record.name)).toMatchObject({ status: 'disabled' })
    expect(await patch('Expired', { status: 'enabled' })).toMatchObject({
      status: 409,
      json: { error: { code: 'Conflict', message: expect.stringContaining('has expired') } },
    })
    demand(await arm('DELETE', 'tokens/Expired'), 200)
  })

  it('many are listed page by page, each once', async () => {
    const many = Array.from({ length: 501 }, (_, index) => `many-${index}`)
    for (const name of many) await server().registryToken('acme', name, {})
    const listed: string[] = []
    for (let path = `${registryId()}/tokens`; path !== '';) {
      const { value, nextLink = '' } = demand(await arm('GET', path), 200).json
      listed.push(...value.map(({ name }: { readonly name: string }) => name))
      path = nextLink.replace(/^http:\/\/[^/]+/, '')
    }
    expect(listed).toEqual(expect.arrayContaining(many))
    expect(new Set(listed).size).toBe(listed.length)
  })

  describe('passwords', () => {
    it('both are generated, or the one that is named; only what is new is shown, and only once', async () => {
      await makeToken('Secret')
      const both = await generate('Secret')
      expect(both).toEqual({
        username: 'Secret',
        passwords: ['password1', 'password2'].map((name) => ({
          name,
          creationTime: INSTANT,
          value: expect.stringMatching(/^whd_rgt_/),
        })),
      })
      const [first, second] = both.passwords
      const { passwords } = await generate('Secret', { name: 'password2' })
      expect(names(passwords)).toEqual(['password2'])
      expect(await logIn('Secret', first.value)).toBe(200)
      expect(await logIn('Secret', second.value)).toBe(401)
      expect(await logIn('Secret', passwords[0].value)).toBe(200)
      expect(JSON.stringify(await show('Secret'))).not.toContain('value')
    })

    it.each([
      ['in microseconds, as az writes it', '2126-11-21T12:00:00.706105Z', '2126-11-21T12:00:00.706Z'],
      ['in milliseconds, as the SDKs write it', '2126-11-21T12:00:00.000Z', '2126-11-21T12:00:00.000Z'],
      ['with an offset', '2126-11-21T12:00:00+02:00', '2126-11-21T10:00:00.000Z'],
      ['the end of time', '9999-12-31T23:59:59.999999+00:00', '9999-12-31T23:59:59.999Z'],
    ])('end when it is said, %s', async (_, expiry, expected) => {
      await makeToken('Ending').catch(() => undefined)
      const { passwords } = await generate('Ending', { expiry })
      expect(passwords).toMatchObject([{ expiry: expected }, { expiry: expected }])
      const again = await generate('Ending', { expiry: null, name: null })
      for (const password of again.passwords) expect(password).not.toHaveProperty('expiry')
    })

    it('are those that are kept: the others end at once, and none comes to life', async () => {
      await makeToken('Keeper')
      const [first, second] = (await generate('Keeper')).passwords
      expect(
        demand(await patch('Keeper', keeping('password2')), 200).json.properties.credentials,
      ).toMatchObject({
        passwords: [{ name: 'password2' }],
      })
      expect([await logIn('Keeper', first.value), await logIn('Keeper', second.value)]).toEqual([401, 200])
      demand(await patch('Keeper', keeping('password1', 'password2')), 200)
      expect(names((await show('Keeper')).credentials.passwords)).toEqual(['password2'])
      demand(await patch('Keeper', keeping()), 200)
      expect((await show('Keeper')).credentials.passwords).toEqual([])
      expect(await logIn('Keeper', second.value)).toBe(401)
      demand(await patch('Keeper', keeping()), 200)
    })

    it('of a token that is put as it was shown stay', async () => {
      await makeToken('Shown')
      await generate('Shown', { expiry: '2126-11-21T12:00:00Z' })
      const shown = demand(await arm('GET', 'tokens/Shown'), 200).json
      expect(demand(await arm('PUT', 'tokens/Shown', { body: shown }), 200).json).toEqual(shown)
    })

    it('are in no event of the audit log', async () => {
      await makeToken('Quiet')
      const { passwords } = await generate('Quiet')
      demand(await patch('Quiet', keeping('password1')), 200)
      const events = await audited()
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['token_password_generated', 'token_password_deleted']),
      )
      for (const { value } of passwords) {
        expect(JSON.stringify(events)).not.toContain(value)
        expect(server().logged()).not.toContain(value)
      }
    })
  })

  describe('bad input is refused by a sentence, at what is wrong', () => {
    const other = '/subscriptions/x/resourceGroups/acme/providers/Microsoft.ContainerRegistry/registries/acme'
    it.each([
      ['a short name', 'abc', {}, 'name', /can't be a token's name|use 5 to/],
      ['a name of odd letters', 'my_token', {}, 'name', /letters, digits/],
      ['no scope map', 'right', { scopeMapId: undefined }, 'properties.scopeMapId', /say which scope map/],
      ['a name for an id', 'right', { scopeMapId: 'MyScopeMap' }, 'properties.scopeMapId', /scopeMaps\/NAME/],
      [
        'another registry’s',
        'right',
        { scopeMapId: `${other}/scopeMaps/MyScopeMap` },
        'properties.scopeMapId',
        /of this registry/,
      ],
      ['a token for a map', 'right', { scopeMapId: 'TOKEN' }, 'properties.scopeMapId', /id of a scope map/],
      [
        'a status of another world',
        'right',
        { status: 'paused' },
        'properties.status',
        /`enabled`, `disabled`/,
      ],
      [
        'a third password',
        'right',
        keeping('password3'),
        'properties.credentials.passwords.0.name',
        /`password1`/,
      ],
      [
        'a certificate',
        'right',
        { credentials: { certificates: [{}] } },
        'properties.credentials.certificates',
        /no certificates here/,
      ],
    ])('%s', async (_, name, wrong, target, message) => {
      demand(
        await arm('PUT', 'scopeMaps/MyScopeMap', { body: {} }),
        (await arm('GET', 'scopeMaps/MyScopeMap')).status === 200 ? 200 : 201,
      )
      const properties = { scopeMapId: map('MyScopeMap'), ...wrong }
      if (properties.scopeMapId === 'TOKEN') properties.scopeMapId = `${registryId()}/tokens/Right`
      const answer = await put(name, properties)
      expect(answer).toMatchObject({ status: 400, json: { error: { code: 'InvalidParameter', target } } })
      expect(answer.json.error.message).toMatch(message)
    })

    it('a scope map that is not there', async () => {
      await makeToken('Mapped')
      for (const answer of [
        await put('another', { scopeMapId: map('unknown') }),
        await patch('Mapped', { scopeMapId: map('unknown') }),
      ])
        expect(answer).toMatchObject({
          status: 400,
          json: {
            error: {
              target: 'properties.scopeMapId',
              message: '`acme` has no scope map `unknown`: create it first, or name one that is there',
            },
          },
        })
    })

    it.each([
      ['the past', { expiry: '2020-01-01T00:00:00Z' }, 400, 'expiry', /in the past/],
      ['no time', { expiry: 'tomorrow' }, 400, 'expiry', /a time such as/],
      ['a third password', { name: 'password3' }, 400, 'name', /`password1`, `password2`/],
      ['no token', { tokenId: undefined }, 400, 'tokenId', /missing/],
      ['a name for an id', { tokenId: 'Generated' }, 400, 'tokenId', /tokens\/NAME/],
      ['a token that is not there', { tokenId: 'UNKNOWN' }, 404, undefined, /no registry token `UNKNOWN`/],
    ])('of a generation: %s', async (_, wrong, status, target, message) => {
      await makeToken('Generated').catch(() => undefined)
      const body = { tokenId: `${registryId()}/tokens/Generated`, ...wrong }
      if (body.tokenId === 'UNKNOWN') body.tokenId = `${registryId()}/tokens/UNKNOWN`
      const answer = await arm('POST', 'generateCredentials', { body })
      expect([answer.status, answer.json.error.target]).toEqual([status, target])
      expect(answer.json.error.message).toMatch(message)
    })

    it('more tokens than the plan allows', async () => {
      await server().choosePlan('acme', 'free')
      expect(await put('too-many', { scopeMapId: map('_repositories_pull') })).toMatchObject({
        status: 403,
        json: { error: { code: 'QuotaExceeded', message: expect.stringContaining('100 registry tokens') } },
      })
    })
  })
})

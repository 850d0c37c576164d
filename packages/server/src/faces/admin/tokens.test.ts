import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const create = (body: object, as = root) => bed.call('POST', '/tokens', { as, body })
const OAT = { kind: 'oat', organization: 'acme', label: 'ci' }
const PULL = [{ repository: 'samples/*', permissions: ['scope-image-pull'] }]
const REGISTRY = {
  kind: 'registry-token',
  organization: 'acme',
  name: 'device-60',
  rights: { type: 'scope-map', scopeMap: '_repositories_pull' },
}
const inAMinute = () => new Date(bed.house.clock() + 60_000).toISOString()

describe('what was written is shown again, word for word', () => {
  test.each([
    {
      kind: 'pat',
      label: 'laptop',
      repositories: [
        { repository: '*', permissions: ['repo:read'] },
        { repository: 'acme/*', permissions: ['repo:write'] },
        { repository: 'acme/samples/nginx', permissions: ['repo:admin'] },
        { repository: 'docker.io/library/*', permissions: ['repo:read'] },
      ],
    },
    {
      ...OAT,
      repositories: [
        { repository: 'samples/nginx', permissions: ['scope-image-pull', 'scope-image-push'] },
        { repository: 'not-yet/there', permissions: ['scope-tag-read'] },
        { repository: '*', permissions: ['scope-repository-read'] },
      ],
      publicRepositories: true,
      upstreams: [{ repository: 'docker.io/library/*', permissions: ['scope-image-pull'] }],
      organizationScopes: ['scope-member-read', 'scope-group-edit'],
    },
    {
      kind: 'registry-token',
      organization: 'acme',
      name: 'device-01',
      rights: {
        type: 'repositories',
        repositories: [{ repository: 'samples/nginx', permissions: ['content/read', 'metadata/read'] }],
      },
      upstreams: [{ repository: 'quay.io/*', permissions: ['content/read'] }],
    },
  ])('$kind', async (body) => {
    const issued = await create({ ...body, description: 'why', addresses: ['192.0.2.0/24'] })
    expect(issued.status).toBe(201)
    const { rights: _, ...rest } = { rights: undefined, ...body }
    const shown = await bed.must('GET', `/tokens/${issued.body.token.id}`, { as: root })
    expect(shown).toMatchObject({
      ...rest,
      description: 'why',
      addresses: ['192.0.2.0/24'],
      status: 'active',
    })
    expect(shown).toEqual(issued.body.token)
  })
})

describe('a secret', () => {
  test('is shown in the answer to the creation, and nowhere else', async () => {
    const answers = [
      await create({ ...OAT, label: 'canary', repositories: PULL }),
      await create({
        kind: 'pat',
        label: 'canary',
        repositories: [{ repository: '*', permissions: ['repo:read'] }],
      }),
      await create({
        kind: 'registry-token',
        organization: 'acme',
        name: 'canary',
        rights: { type: 'scope-map', scopeMap: '_repositories_pull' },
      }),
    ]
    const secrets = answers.flatMap(({ body }) => body.secrets.map(({ value }: { value: string }) => value))
    expect(secrets).toHaveLength(4)
    for (const secret of secrets) await bed.call('GET', '/sessions/current', { as: secret })
    const [oat] = answers
    await bed.must('PATCH', `/tokens/${oat?.body.token.id}`, { as: root, body: { description: 'changed' } })
    const places = [
      '/tokens?organization=acme&limit=1000',
      '/tokens',
      `/tokens/${oat?.body.token.id}`,
      '/audit?organization=acme&limit=1000',
      '/audit?limit=1000',
      '/activity?organization=acme',
    ]
    const seen = [bed.logged()]
    for (const path of places) seen.push(JSON.stringify(await bed.must('GET', path, { as: root })))
    for (const text of seen) {
      for (const secret of [...secrets, root, bed.password]) expect(text).not.toContain(secret)
      expect(text).not.toMatch(/whd_[a-z]{3}_|\$argon2/)
    }
  })

  test('of a registry token there are as many as were asked for', async () => {
    const rights = { type: 'scope-map', scopeMap: '_repositories_pull' }
    const made = await create({
      kind: 'registry-token',
      organization: 'acme',
      name: 'single',
      rights,
      passwords: ['password2'],
    })
    expect(made.body.secrets.map(({ name }: { name: string }) => name)).toEqual(['password2'])
    expect(made.body.token.passwords).toMatchObject([{ name: 'password2', expiresAt: null }])
    expect(made.body.login).toEqual({ server: 'localhost:5000', username: 'single' })
  })
})

describe('a change bites at the next request', () => {
  test.each([
    {
      what: 'deactivated',
      change: (id: string) => bed.must('PATCH', `/tokens/${id}`, { as: root, body: { status: 'inactive' } }),
    },
    { what: 'deleted', change: (id: string) => bed.must('DELETE', `/tokens/${id}`, { as: root }) },
    { what: 'expired', change: async () => bed.pass(60_000) },
  ])('$what', async ({ change }) => {
    const { body } = await create({ ...OAT, repositories: PULL, expiresAt: inAMinute() })
    const whoami = async () =>
      (await bed.call('GET', '/sessions/current', { as: body.secrets[0].value })).status
    expect(await whoami()).toBe(200)
    await change(body.token.id)
    expect(await whoami()).toBe(401)
  })

  test('activated again it works again; expired it can only be deleted', async () => {
    const { body } = await create({ ...OAT, repositories: PULL, expiresAt: inAMinute() })
    const path = `/tokens/${body.token.id}`
    const set = (status: string) => bed.call('PATCH', path, { as: root, body: { status } })
    expect([(await set('inactive')).body.status, (await set('active')).body.status]).toEqual([
      'inactive',
      'active',
    ])
    expect((await bed.call('GET', '/sessions/current', { as: body.secrets[0].value })).status).toBe(200)
    bed.pass(60_000)
    expect((await bed.call('GET', path, { as: root })).body.status).toBe('expired')
    expect((await set('active')).status).toBe(409)
    expect((await bed.call('DELETE', path, { as: root })).status).toBe(204)
  })

  test.each([
    {
      what: 'a personal token',
      sent: { kind: 'pat', label: 'ci', repositories: [{ repository: '*', permissions: ['repo:read'] }] },
    },
    { what: 'an organization’s', sent: { ...OAT, repositories: PULL } },
    { what: 'a registry token', sent: REGISTRY },
  ])('expired, $what says so by name', async ({ sent }) => {
    const { body } = await create({ ...sent, expiresAt: inAMinute() })
    bed.pass(60_000)
    const refused = await bed.call('GET', '/sessions/current', { as: body.secrets[0].value })
    expect(refused.status).toBe(401)
    expect(refused.body.message).toMatch(
      /^the token `(ci|device-60)` expired on \d{4}-\d\d-\d\d: ask for a new one$/,
    )
  })

  test('what isn’t named stays: sections of rights are replaced one by one', async () => {
    const upstreams = [{ repository: 'docker.io/library/*', permissions: ['scope-image-pull'] }]
    const { body } = await create({
      ...OAT,
      repositories: PULL,
      upstreams,
      organizationScopes: ['scope-member-read'],
    })
    const repositories = [{ repository: 'other/app', permissions: ['scope-image-push'] }]
    const changed = await bed.must('PATCH', `/tokens/${body.token.id}`, { as: root, body: { repositories } })
    expect(changed).toMatchObject({ repositories, upstreams, organizationScopes: ['scope-member-read'] })
    const none = await bed.must('PATCH', `/tokens/${body.token.id}`, {
      as: root,
      body: { organizationScopes: [] },
    })
    expect(none).toMatchObject({ repositories, upstreams, organizationScopes: [] })
  })
})

describe('what can’t be', () => {
  test.each([
    {
      what: 'an expiry in the past',
      body: { ...OAT, expiresAt: '2020-01-01T00:00:00.000Z' },
      field: 'expiresAt',
    },
    {
      what: 'another registry among the repositories',
      body: {
        ...OAT,
        repositories: [{ repository: 'docker.io/library/*', permissions: ['scope-image-pull'] }],
      },
      field: 'repositories.0.repository',
    },
    {
      what: 'a repository of ours among the upstreams',
      body: { ...OAT, upstreams: [{ repository: 'samples/*', permissions: ['scope-image-pull'] }] },
      field: 'upstreams.0.repository',
    },
    {
      what: 'a personal token for an organization one isn’t in',
      body: {
        kind: 'pat',
        label: 'x',
        repositories: [{ repository: 'elsewhere/*', permissions: ['repo:read'] }],
      },
      field: 'repositories.0.repository',
    },
    {
      what: 'a scope map that isn’t there',
      body: {
        kind: 'registry-token',
        organization: 'acme',
        name: 'lonely',
        rights: { type: 'scope-map', scopeMap: 'missing' },
      },
      field: 'rights.scopeMap',
    },
  ])('$what is invalid, and says where', async ({ body, field }) => {
    const answer = await create(body)
    expect([answer.status, answer.body.data?.field]).toEqual([400, field])
  })

  test('a token of one kind has no fields of another to change', async () => {
    const { body } = await create({
      kind: 'pat',
      label: 'x',
      repositories: [{ repository: '*', permissions: ['repo:read'] }],
    })
    const answer = await bed.call('PATCH', `/tokens/${body.token.id}`, {
      as: root,
      body: { scopeMap: '_repositories_pull' },
    })
    expect([answer.status, answer.body.data]).toEqual([400, { field: 'scopeMap' }])
  })

  test('a session is no token: it is neither listed, shown nor deleted as one', async () => {
    const { credential } = await bed.must('GET', '/sessions/current', { as: root })
    expect((await bed.call('GET', `/tokens/${credential.id}`, { as: root })).status).toBe(404)
    expect((await bed.call('DELETE', `/tokens/${credential.id}`, { as: root })).status).toBe(404)
  })

  test('no token makes or changes personal tokens, not even its own user’s', async () => {
    const rules = [{ repository: '*', permissions: ['repo:read'] }]
    const { body } = await create({ kind: 'pat', label: 'x', repositories: rules })
    const as = body.secrets[0].value
    expect((await create({ kind: 'pat', label: 'y', repositories: rules }, as)).status).toBe(403)
    expect(
      (
        await bed.call('PATCH', `/tokens/${body.token.id}`, {
          as,
          body: { repositories: [{ repository: '*', permissions: ['repo:admin'] }] },
        })
      ).status,
    ).toBe(403)
    expect((await bed.call('GET', `/tokens/${body.token.id}`, { as })).status).toBe(200)
  })

  test('somebody else’s personal token isn’t there, for owners and administrators neither', async () => {
    const ann = await bed.person('ann', root, { organization: 'acme', role: 'member' })
    const { body } = await create(
      { kind: 'pat', label: 'mine', repositories: [{ repository: 'acme/*', permissions: ['repo:read'] }] },
      ann,
    )
    expect((await bed.call('GET', `/tokens/${body.token.id}`, { as: root })).status).toBe(404)
    expect((await bed.call('DELETE', `/tokens/${body.token.id}`, { as: root })).status).toBe(404)
  })
})

describe('a registry token’s scope map', () => {
  const REPOSITORIES = [{ repository: 'iot/firmware', permissions: ['content/read', 'metadata/read'] }]
  const device = (name: string, repositories: object) =>
    create({
      kind: 'registry-token',
      organization: 'acme',
      name,
      rights: { type: 'repositories', repositories },
    })

  test('is made for it, used again when it says the same, and in the way when it says something else', async () => {
    expect((await device('iot-001', REPOSITORIES)).body.token.scopeMap).toBe('iot-001-scope-map')
    const { items } = await bed.must('GET', '/tokens?organization=acme&kind=registry-token&name=iot-001', {
      as: root,
    })
    await bed.must('DELETE', `/tokens/${items[0].id}`, { as: root })
    const swapped = [{ repository: 'iot/firmware', permissions: ['metadata/read', 'content/read'] }]
    expect((await device('iot-001', swapped)).status).toBe(201)
    await bed.must(
      'DELETE',
      `/tokens/${(await bed.must('GET', '/tokens?organization=acme&name=iot-001', { as: root })).items[0].id}`,
      { as: root },
    )
    expect(
      (await device('iot-001', [{ repository: 'iot/firmware', permissions: ['content/read'] }])).status,
    ).toBe(409)
  })

  test('names that begin with `_` are the system’s, and its five stay', async () => {
    const made = await bed.call('POST', '/organizations/acme/scope-maps', {
      as: root,
      body: { name: '_mine', repositories: [] },
    })
    expect(made.status).toBe(400)
    expect(
      (await bed.call('DELETE', '/organizations/acme/scope-maps/_repositories_pull', { as: root })).status,
    ).toBe(409)
    const { items } = await bed.must('GET', '/organizations/acme/scope-maps', { as: root })
    expect(items.filter(({ type }: { type: string }) => type === 'system-defined')).toHaveLength(5)
  })
})

test('lists go by pages, and by name', async () => {
  const names = ['p-1', 'p-2', 'p-3', 'p-4', 'p-5']
  await bed.must('POST', '/organizations', { as: root, body: { name: 'pages' } })
  for (const label of names) {
    bed.pass(1)
    await bed.must('POST', '/tokens', { as: root, body: { ...OAT, organization: 'pages', label } })
  }
  const seen: string[] = []
  let after = ''
  do {
    const page = await bed.must('GET', `/tokens?organization=pages&limit=2${after}`, { as: root })
    seen.push(...page.items.map(({ label }: { label: string }) => label))
    after = page.next === null ? '' : `&after=${page.next}`
  } while (after !== '')
  expect(seen).toEqual(names)
  const found = await bed.must('GET', '/tokens?organization=pages&limit=1&name=p-4', { as: root })
  expect([found.items.length, found.items[0].label, found.next]).toEqual([1, 'p-4', null])
})

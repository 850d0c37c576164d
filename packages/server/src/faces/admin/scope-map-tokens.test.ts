import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await map('devices')
})
afterAll(() => bed.close())

const REPOSITORIES = [{ repository: 'devices/*', permissions: ['content/read'] }]
const ACME = '/organizations/acme'

async function map(name: string, organization = 'acme') {
  const body = { name, repositories: REPOSITORIES }
  await bed.must('POST', `/organizations/${organization}/scope-maps`, { as: root, body })
}

const create = (body: object, { as = root, path = `${ACME}/scope-maps/devices/tokens` } = {}) =>
  bed.call('POST', path, { as, body })
const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)
const countOf = async () => {
  const query = { kind: 'registry-token' } as const
  return bed.house.store.read.credentials.count(query)
}
const inDays = (days: number) => new Date(bed.house.clock() + days * 86_400_000).toISOString()

describe('many tokens on one scope map', () => {
  test('are made in their order, each with a password that works, and all that was said of them', async () => {
    const expiresAt = inDays(30)
    const { status, body } = await create({
      names: ['zeta-1', 'alpha', 'Alpha'],
      description: 'in the field',
      addresses: ['192.0.2.0/24'],
      status: 'inactive',
      renewable: true,
      expiresAt,
    })
    expect(status).toBe(201)
    expect(body.tokens).toMatchObject(
      ['zeta-1', 'alpha', 'Alpha'].map((name) => ({
        token: {
          kind: 'registry-token',
          name,
          organization: 'acme',
          scopeMap: 'devices',
          description: 'in the field',
          addresses: ['192.0.2.0/24'],
          status: 'inactive',
          renewable: true,
          expiresAt,
          createdBy: 'root',
          passwords: [{ name: 'password1', expiresAt }],
        },
        secrets: [{ name: 'password1', expiresAt }],
        login: { server: 'localhost:5000', username: name },
      })),
    )
    for (const { token, secrets } of body.tokens) {
      const update = await bed.must('PATCH', `/tokens/${token.id}`, { as: root, body: { status: 'active' } })
      const whoami = await bed.call('GET', '/sessions/current', {
        as: secrets[0].value,
        from: '192.0.2.9',
      })
      expect([update.status, whoami.status]).toEqual(['active', 200])
    }
  })

  test('have one password each unless something else is said', async () => {
    const secrets = async (name: string, passwords?: readonly string[]) => {
      const { body } = await create({ names: [name], ...(passwords === undefined ? {} : { passwords }) })
      return body.tokens[0].secrets.map((secret: { readonly name: string }) => secret.name)
    }
    expect(await secrets('usual')).toEqual(['password1'])
    expect(await secrets('both-', ['password2', 'password1'])).toEqual(['password2', 'password1'])
    expect(await secrets('none-', [])).toEqual([])
  })

  test('a thousand are made at once, and the audit log has each of them with who made it', async () => {
    const names = named('fleet', 1_000)
    const { status, body } = await create({ names })
    expect(status).toBe(201)
    expect(body.tokens.map(({ token }: { token: { name: string } }) => token.name)).toEqual(names)
    const { audit, organizations } = bed.house.store.read
    const [acme] = (await organizations.list({ limit: 1 })).items
    if (acme === undefined) throw new Error('acme is there')
    const events = (await audit.list(acme.id, { limit: 1_000, type: 'token_created' })).items
    expect(events.map(({ actor, detail }) => [actor.name, detail['subject']]).toReversed()).toEqual(
      body.tokens.map(({ token }: { token: { id: string } }) => ['root', `token/${token.id}`]),
    )
    expect(events[0]?.detail['after']).toMatchObject({ name: 'fleet-0999', scopeMap: 'devices' })
    expect((await audit.verify(acme.id)).type).toBe('intact')
  })
})

describe('all or none', () => {
  test.each([
    ['that are taken', ['fresh-1', 'taken-1', 'fresh-2', 'taken-2'], 409, '`taken-1` and `taken-2` already'],
    ['of which one is taken', ['fresh-1', 'taken-1'], 409, 'has a registry token `taken-1` already'],
    ['that are wrong', ['fresh-1', 'a b c d', 'x'], 400, "`a b c d` and `x` can't be names of tokens: use 5"],
    ['said twice', ['fresh-1', 'fresh-2', 'fresh-1'], 400, '`fresh-1` is named more than once'],
    ['of nobody', [], 400, 'name at least 1'],
    ['of too many', named('many', 1_001), 400, 'name at most 1000'],
  ])('names %s', async (_, names, status, says) => {
    // Made by whichever comes first.
    await create({ names: ['taken-1', 'taken-2'] })
    const before = await countOf()
    const answer = await create({ names })
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(says)])
    if (status === 400) expect(answer.body.data).toEqual({ field: 'names' })
    expect(await countOf()).toBe(before)
  })

  test('an answer about a thousand names says twenty of them', async () => {
    await create({ names: named('long', 1_000) })
    const { body } = await create({ names: named('long', 1_000) })
    expect(body.message).toMatch(/`long-0000`, .*`long-0019` and 980 more already, and no token was made/)
  })

  test('a plan that has no room for all has none for any', async () => {
    await bed.must('POST', '/organizations', { as: root, body: { name: 'small' } })
    await map('devices', 'small')
    await bed.must('PATCH', '/organizations/small', { as: root, body: { plan: 'free' } })
    const path = '/organizations/small/scope-maps/devices/tokens'
    expect((await create({ names: named('first', 60) }, { path })).status).toBe(201)
    const refused = await create({ names: named('later', 41) }, { path })
    expect([refused.status, refused.body.data]).toEqual([
      403,
      { plan: 'free', limit: 'registry tokens', allowed: 100 },
    ])
    expect((await create({ names: named('later', 40) }, { path })).status).toBe(201)
  })

  test.each([
    ['on a map that is not there', { scopeMap: 'missing' }, 404],
    ['that have ended', { expiresAt: '2020-01-01T00:00:00Z' }, 400],
    ['whose passwords have ended', { passwordsExpireAt: '2020-01-01T00:00:00Z' }, 400],
  ])('tokens %s', async (_, { scopeMap = 'devices', ...more }: Record<string, string>, status) => {
    const before = await countOf()
    const path = `${ACME}/scope-maps/${scopeMap}/tokens`
    expect((await create({ names: ['late-1'], ...more }, { path })).status).toBe(status)
    expect(await countOf()).toBe(before)
  })

  test('the organization’s longest life holds their passwords, and tokens without one', async () => {
    const settings = (days: number | null) =>
      bed.must('PATCH', ACME, { as: root, body: { maximumLifetimes: { 'registry-token': days } } })
    await settings(30)
    const statuses: number[] = []
    for (const more of [
      {},
      { passwordsExpireAt: inDays(40) },
      { passwords: [] },
      { expiresAt: inDays(30) },
    ]) {
      statuses.push((await create({ names: [`lives-${statuses.length}`], ...more })).status)
    }
    expect(statuses).toEqual([400, 400, 201, 201])
    await settings(null)
  })
})

test('nobody makes tokens that may what they may not', async () => {
  const company = await bed.person('tycoon', root)
  await bed.must('POST', '/companies', { as: root, body: { name: 'holding' } })
  await bed.must('PUT', '/companies/holding/organizations/acme', { as: root })
  const editor = await bed.person('editor', root, { organization: 'acme', role: 'editor' })
  expect((await create({ names: ['mine-1'] }, { as: editor })).status).toBe(403)
  expect((await create({ names: ['mine-1'] }, { as: company })).status).toBe(404)
})

test('whoever changes a map sees whom it concerns, page by page, and nobody else', async () => {
  await map('sensors')
  const path = `${ACME}/scope-maps/sensors/tokens`
  const names = named('sensor', 5)
  await create({ names }, { path })
  const seen: string[] = []
  let after = ''
  do {
    const page = await bed.must('GET', `${path}?limit=2${after}`, { as: root })
    seen.push(...page.items.map(({ name }: { name: string }) => name))
    after = page.next === null ? '' : `&after=${page.next}`
  } while (after !== '')
  expect(seen).toEqual(names)
  const shown = await bed.must('GET', `${ACME}/scope-maps/sensors`, { as: root })
  const listed = await bed.must('GET', `${ACME}/scope-maps`, { as: root })
  const changed = await bed.must('PATCH', `${ACME}/scope-maps/sensors`, { as: root, body: {} })
  const inList = listed.items.find(({ name }: { name: string }) => name === 'sensors')
  expect([shown, inList, changed].map(({ tokens }) => tokens)).toEqual([5, 5, 5])
  expect((await bed.call('GET', `${ACME}/scope-maps/missing/tokens`, { as: root })).status).toBe(404)
})

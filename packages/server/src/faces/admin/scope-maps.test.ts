import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let count = 0

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

type Rule = { readonly repository: string; readonly permissions: readonly string[] }

const MAPS = '/organizations/acme/scope-maps'
const may = (repository: string, ...permissions: readonly string[]): Rule => ({ repository, permissions })
const READ = 'content/read'
const WRITE = 'content/write'

async function make(...repositories: readonly Rule[]): Promise<string> {
  const name = `map-${(count += 1)}`
  await bed.must('POST', MAPS, { as: root, body: { name, description: 'as it was', repositories } })
  return name
}

const update = (name: string, body: object, as = root) => bed.call('PATCH', `${MAPS}/${name}`, { as, body })
const show = (name: string) => bed.must('GET', `${MAPS}/${name}`, { as: root })

async function lastEvent(organization = 'acme') {
  const { items } = await bed.must('GET', `/audit?organization=${organization}&limit=1`, { as: root })
  return items[0]
}

describe('a change', () => {
  const BEFORE = [may('samples/app', READ, WRITE), may('samples/*', READ)]
  test.each([
    {
      what: 'adds to a line',
      body: { add: [may('samples/*', WRITE)] },
      after: [BEFORE[0], may('samples/*', READ, WRITE)],
    },
    { what: 'adds a line', body: { add: [may('other', READ)] }, after: [...BEFORE, may('other', READ)] },
    { what: 'adds what is there', body: { add: [may('samples/app', WRITE, READ)] }, after: BEFORE },
    {
      what: 'takes from a line',
      body: { remove: [may('samples/app', WRITE)] },
      after: [may('samples/app', READ), BEFORE[1]],
    },
    { what: 'takes a line away', body: { remove: [may('samples/*', READ)] }, after: [BEFORE[0]] },
    {
      what: 'does both at once',
      body: { add: [may('samples/app', 'metadata/read')], remove: [may('samples/app', WRITE)] },
      after: [may('samples/app', READ, 'metadata/read'), BEFORE[1]],
    },
    {
      what: 'counts what is said twice once',
      body: { add: [may('other', READ, READ), may('other', WRITE), may('other', READ)] },
      after: [...BEFORE, may('other', READ, WRITE)],
    },
    {
      what: 'says them all',
      body: { repositories: [may('b', READ), may('a', READ)] },
      after: [may('b', READ), may('a', READ)],
    },
    { what: 'takes everything', body: { repositories: [] }, after: [] },
    { what: 'is of the description alone', body: { description: '' }, after: BEFORE, description: '' },
    { what: 'is of nothing', body: {}, after: BEFORE },
    { what: 'of no lines', body: { add: [], remove: [] }, after: BEFORE },
  ])('$what', async ({ body, after, description = 'as it was' }) => {
    const name = await make(...BEFORE)
    const answer = await update(name, body)
    expect([answer.status, answer.body.repositories, answer.body.description]).toEqual([
      200,
      after,
      description,
    ])
    expect(await show(name)).toEqual(answer.body)
    expect(await lastEvent()).toMatchObject({
      event: 'scope_map_updated',
      subject: `scope-map/acme/${name}`,
      before: { description: 'as it was', repositories: BEFORE },
      after: { description, repositories: after },
    })
  })

  test.each([
    {
      what: 'what is both added and removed',
      body: { add: [may('samples/app', READ, WRITE)], remove: [may('samples/app', WRITE)] },
      says: 'ambiguous: `content/write` on `samples/app` is to be added and removed; say one of them',
    },
    {
      what: 'what isn’t there to be removed',
      body: { add: [may('other', READ)], remove: [may('samples/app', 'content/delete')] },
      says: 'has no entry `content/delete` on `samples/app` to be removed; nothing was changed',
    },
    {
      what: 'what a wildcard gives',
      body: { remove: [may('samples/web', READ)] },
      says: 'has no entry `content/read` on `samples/web` to be removed: `samples/*` gives it; remove it there, and add what is to stay; nothing was changed',
    },
    {
      what: 'all of them together with one',
      body: { repositories: [], add: [may('a', READ)] },
      says: '`repositories` stand instead of all there are: say either that, or `add` and `remove`',
    },
    {
      what: 'another registry',
      body: { add: [may('samples/app', READ), may('docker.io/library/*', READ)] },
      field: 'add.1.repository',
    },
    { what: 'an action that isn’t one', body: { add: [may('samples/app', 'content/list')] } },
    { what: 'a wildcard in the middle', body: { remove: [may('samples/*/app', READ)] } },
    { what: 'a long description', body: { description: 'x'.repeat(257) }, field: 'description' },
  ])('of $what is invalid and changes nothing', async ({ body, says, field }) => {
    const name = await make(...BEFORE)
    const answer = await update(name, body)
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid'])
    if (says !== undefined) expect(answer.body.message).toContain(says)
    if (field !== undefined) expect(answer.body.data.field).toBe(field)
    expect(await show(name)).toMatchObject({ description: 'as it was', repositories: BEFORE })
  })

  test('one of the system’s changes and goes for nobody', async () => {
    for (const answer of [
      await update('_repositories_pull', { description: 'mine' }),
      await bed.call('DELETE', `${MAPS}/_repositories_pull`, { as: root }),
    ])
      expect([answer.status, answer.body.message]).toEqual([
        409,
        "`_repositories_pull` is the system’s and can't be changed or deleted: make a scope map of your own",
      ])
  })

  test('one that isn’t there is not found', async () => {
    const answer = await update('missing', {})
    expect([answer.status, answer.body.message]).toEqual([404, '`acme` has no scope map `missing`'])
  })

  test('nobody adds what they don’t hold; what was there they need not hold', async () => {
    const name = await make(may('samples/*', READ, WRITE, 'content/delete'))
    const owner = await bed.person('holder', root, { organization: 'acme', role: 'owner' })
    expect((await update(name, { add: [may('other/*', WRITE)] }, owner)).status).toBe(200)
    const editor = await bed.person('editor', root, { organization: 'acme', role: 'editor' })
    expect((await update(name, { description: 'mine' }, editor)).status).toBe(403)
  })
})

describe('a name that another repository has by now', () => {
  async function recreated() {
    const path = '/organizations/acme/repositories'
    const repository = `again-${(count += 1)}`
    await bed.must('POST', path, { as: root, body: { name: repository } })
    const name = await make(may(repository, READ, WRITE), may('samples/*', READ))
    await bed.must('DELETE', `${path}/${repository}`, { as: root })
    await bed.must('POST', path, { as: root, body: { name: repository } })
    return { name, repository, bound: () => boundTo(name, repository) }
  }

  /** What the map permits on the repository that has the name now. */
  async function boundTo(name: string, repository: string): Promise<readonly string[]> {
    const { read } = bed.house.store
    const acme = await read.organizations.byName('acme' as never)
    const map = acme && (await read.scopeMaps.byName(acme.id, name))
    const now = acme && (await read.repositories.byName(acme.id, repository as never))
    const rules = map === undefined ? [] : await read.scopeMaps.rules(map.id)
    return rules.flatMap(({ pattern, actions }) =>
      pattern.type === 'repository' && pattern.repository === now?.id ? [...actions] : [],
    )
  }

  test('is given nothing by a change of something else', async () => {
    const { name, repository, bound } = await recreated()
    await update(name, { add: [may('samples/*', WRITE)] })
    expect(await bound()).toEqual([])
    await update(name, { remove: [may(repository, WRITE)] })
    expect(await bound()).toEqual([])
    await update(name, { repositories: [may(repository, READ), may('other', READ)] })
    expect(await bound()).toEqual([])
  })

  test('a new token doesn’t come by the map of one before, as if it were the same', async () => {
    const path = '/organizations/acme/repositories/renewed'
    const again = async () =>
      bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name: 'renewed' } })
    const rights = { type: 'repositories', repositories: [may('renewed', READ)] }
    const body = { kind: 'registry-token', organization: 'acme', name: 'renewer', rights }
    const create = () => bed.call('POST', '/tokens', { as: root, body })
    await again()
    const { body: made } = await create()
    await bed.must('DELETE', `/tokens/${made.token.id}`, { as: root })
    await bed.must('DELETE', path, { as: root })
    await again()
    const refused = await create()
    expect([refused.status, refused.body.message]).toEqual([
      409,
      'the scope map `renewer-scope-map` is for the `renewed` that was deleted, not for the one of now; delete the map first, or add the repository to it again',
    ])
    await update('renewer-scope-map', { add: [may('renewed', READ)] })
    expect((await create()).status).toBe(201)
  })

  test('is given what is added for it now, and nothing of what the one before had', async () => {
    const { name, repository, bound } = await recreated()
    const { body } = await update(name, { add: [may(repository, READ)] })
    expect(body.repositories).toEqual([may(repository, READ), may('samples/*', READ)])
    expect(await bound()).toEqual([READ])
  })
})

describe('the end of a map', () => {
  const device = (name: string, scopeMap: string) =>
    bed.must('POST', '/tokens', {
      as: root,
      body: { kind: 'registry-token', organization: 'acme', name, rights: { type: 'scope-map', scopeMap } },
    })

  test('leaves its tokens without rights until they are given another; the log says how many', async () => {
    const name = await make(may('samples/app', READ))
    const tokens = [await device('lost-01', name), await device('lost-02', name)]
    const before = { description: 'as it was', repositories: [may('samples/app', READ)], tokens: 2 }
    expect((await bed.call('DELETE', `${MAPS}/${name}`, { as: root })).status).toBe(204)
    expect(await lastEvent()).toMatchObject({ event: 'scope_map_deleted', before })
    for (const { token, secrets } of tokens) {
      const path = `/tokens/${token.id}`
      expect(await bed.must('GET', path, { as: root })).toMatchObject({ scopeMap: null, status: 'active' })
      // It is still somebody.
      expect((await bed.call('GET', '/sessions/current', { as: secrets[0].value })).status).toBe(200)
      const other = { scopeMap: '_repositories_pull' }
      expect(await bed.must('PATCH', path, { as: root, body: other })).toMatchObject(other)
    }
  })

  test('a new one of the same name revives nothing', async () => {
    const name = await make(may('samples/app', READ))
    const { token } = await device('lost-03', name)
    await bed.must('DELETE', `${MAPS}/${name}`, { as: root })
    await bed.must('POST', MAPS, { as: root, body: { name, repositories: [may('samples/*', WRITE)] } })
    expect(await bed.must('GET', `/tokens/${token.id}`, { as: root })).toMatchObject({ scopeMap: null })
  })
})

describe('limits', () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => may(`samples/app-${from + index}`, READ, WRITE))
  const LIMIT = { plan: 'free', limit: 'repositories and actions of a scope map', allowed: 500 }

  beforeAll(async () => {
    await bed.must('PATCH', '/organizations/acme', { as: root, body: { plan: 'free' } })
  })

  test('of a map count after the change, each action once', async () => {
    const name = await make(...many(0, 249))
    expect((await update(name, { add: [may('a', READ, READ, WRITE), may('a', READ)] })).status).toBe(200)
    const refused = await update(name, { add: [may('b', READ)] })
    expect([refused.status, refused.body.code, refused.body.data]).toEqual([403, 'limit_reached', LIMIT])
    expect(refused.body.message).toContain('each action on each repository counts')
    const swapped = await update(name, { add: [may('b', READ)], remove: [may('a', READ)] })
    expect(swapped.status).toBe(200)
    expect((await update(name, { repositories: [...many(0, 250), may('c', READ)] })).body.data).toEqual(LIMIT)
    expect((await update(name, { repositories: many(1, 251) })).status).toBe(200)
  })

  test('a lower plan takes nothing away, and lets nothing be added until there is less', async () => {
    await bed.must('POST', '/organizations', { as: root, body: { name: 'shrunk', plan: 'unlimited' } })
    const path = '/organizations/shrunk/scope-maps'
    const body = { name: 'large', repositories: many(0, 300) }
    await bed.must('POST', path, { as: root, body })
    await bed.must('PATCH', '/organizations/shrunk', { as: root, body: { plan: 'free' } })
    const change = (of: object) => bed.call('PATCH', `${path}/large`, { as: root, body: of })
    expect((await change({ description: 'still there' })).status).toBe(200)
    expect((await change({ add: [may('a', READ)] })).status).toBe(403)
    expect((await change({ remove: [may('samples/app-0', READ)] })).status).toBe(200)
  })

  test.each([
    ['abcd', 'abcd', /use 5 to 50 letters, digits, hyphens and underscores/],
    ['a space', 'a space', /use 5 to 50 letters/],
    ['one of the system’s', '_mine-own', /begin with `_` are the system’s/],
    ['51 characters', 'x'.repeat(51), /use 5 to 50/],
  ])('%s is no name', async (_, name, says) => {
    const answer = await bed.call('POST', MAPS, { as: root, body: { name, repositories: [] } })
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(says)])
  })
})

test('a list reads its rules together: each map has its own, in their order', async () => {
  await bed.must('POST', '/organizations', { as: root, body: { name: 'lists', plan: 'unlimited' } })
  const path = '/organizations/lists/scope-maps'
  const made = []
  for (let n = 100; n < 350; n += 1) {
    const repositories = [may(`z-${n}`, READ), may(`a-${n}`, WRITE, READ), may('m/*', 'metadata/read')].slice(
      n % 4,
    )
    made.push(await bed.must('POST', path, { as: root, body: { name: `list-${n}`, repositories } }))
  }
  const seen = []
  for (let after = ''; ;) {
    const page = await bed.must('GET', `${path}?limit=240${after}`, { as: root })
    seen.push(...page.items)
    if (page.next === null) break
    after = `&after=${page.next}`
  }
  expect(seen.slice(5)).toEqual(made)
})

import { OAT_ORGANIZATION_SCOPES, OAT_REPOSITORY_SCOPES, type CredentialId } from '@wharden/policy'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'
import { SYSTEM } from '../../system-actor.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const DAY = 86_400_000
const OAT = { kind: 'oat', organization: 'acme', label: 'ci' }
const create = (body: object = {}, as = root) =>
  bed.call('POST', '/tokens', { as, body: { ...OAT, ...body } })
const inDays = (days: number) => new Date(bed.house.clock() + days * DAY).toISOString()
const settings = (body: object) => bed.must('PATCH', '/organizations/acme', { as: root, body })

describe('what is said of a token', () => {
  test.each([
    { field: 'label', value: '', status: 400 },
    { field: 'label', value: 'x'.repeat(100), status: 201 },
    { field: 'label', value: 'x'.repeat(101), status: 400 },
    { field: 'description', value: 'x'.repeat(200), status: 201 },
    { field: 'description', value: 'x'.repeat(201), status: 400 },
  ])('a $field of $value.length characters: $status', async ({ field, value, status }) => {
    expect((await create({ [field]: value })).status).toBe(status)
  })

  test('what is too long is told how long it may be', async () => {
    const { body } = await create({ description: 'x'.repeat(201) })
    expect(body.message).toBe('`description`: use at most 200 characters')
  })

  test.each([30, 60, 90, 365])('it may live for %i days', async (days) => {
    const { body } = await create({ expiresAt: inDays(days) })
    expect(body.token.expiresAt).toBe(inDays(days))
  })
})

describe('the scopes it may be given', () => {
  test('are all that the table of rights knows, and each is shown again', async () => {
    const repositories = [{ repository: 'app', permissions: [...OAT_REPOSITORY_SCOPES] }]
    const { status, body } = await create({ repositories, organizationScopes: [...OAT_ORGANIZATION_SCOPES] })
    expect([status, body.token.organizationScopes]).toEqual([201, [...OAT_ORGANIZATION_SCOPES]])
    expect(body.token.repositories).toEqual(repositories)
  })

  test('are told to whoever asks for one of Docker’s that means nothing here', async () => {
    const onHub = await create({ organizationScopes: ['scope-ram-write'] })
    expect([onHub.status, onHub.body.data.field]).toEqual([400, 'organizationScopes.0'])
    expect(onHub.body.message).toMatch(
      /`scope-ram-write` is no scope of an organization here; there are: .*group-edit/,
    )
    const webhook = await create({
      repositories: [{ repository: 'app', permissions: ['scope-webhook-read'] }],
    })
    expect(webhook.body.message).toMatch(
      /`scope-webhook-read` is no scope of a repository here; .*image-push/,
    )
  })

  test('are those of its kind, also when it is changed', async () => {
    const { body } = await create()
    const change = await bed.call('PATCH', `/tokens/${body.token.id}`, {
      as: root,
      body: { repositories: [{ repository: 'app', permissions: ['repo:admin'] }] },
    })
    expect([change.status, change.body.message]).toEqual([
      400,
      '`repo:admin` is nothing that a token of this kind can be given',
    ])
  })
})

test('an expiry never changes, and the refusal says so', async () => {
  const { body } = await create({ expiresAt: inDays(30) })
  for (const expiresAt of [inDays(60), inDays(1), null]) {
    const answer = await bed.call('PATCH', `/tokens/${body.token.id}`, { as: root, body: { expiresAt } })
    expect([answer.status, answer.body.data?.field]).toEqual([400, 'expiresAt'])
    expect(answer.body.message).toContain('an expiry is chosen when a token is made and never changes')
  }
})

test('it works when whoever made it has left and is disabled', async () => {
  const ann = await bed.person('ann', root, { organization: 'acme', role: 'owner' })
  const { body } = await create({ organizationScopes: ['scope-member-read'] }, ann)
  const works = async () =>
    (await bed.call('GET', '/organizations/acme/members', { as: body.secrets[0].value })).status
  expect(await works()).toBe(200)
  await bed.must('DELETE', '/organizations/acme/members/ann', { as: root })
  expect(await works()).toBe(200)
  await bed.must('PATCH', '/users/ann', { as: root, body: { status: 'disabled' } })
  expect(await works()).toBe(200)
  const shown = await bed.must('GET', `/tokens/${body.token.id}`, { as: root })
  expect(shown).toMatchObject({ createdBy: 'ann', status: 'active' })
})

test('no token makes, changes, shows or deletes tokens, whatever its scopes', async () => {
  const { body } = await create({
    repositories: [{ repository: '*', permissions: [...OAT_REPOSITORY_SCOPES] }],
    organizationScopes: [...OAT_ORGANIZATION_SCOPES],
  })
  const as = body.secrets[0].value
  const path = `/tokens/${body.token.id}`
  const answers = [
    await create({}, as),
    await create(
      {
        kind: 'registry-token',
        name: 'device',
        rights: { type: 'scope-map', scopeMap: '_repositories_pull' },
      },
      as,
    ),
    await bed.call('PATCH', path, { as, body: { label: 'mine' } }),
    await bed.call('GET', path, { as }),
    await bed.call('GET', '/tokens?organization=acme', { as }),
    await bed.call('DELETE', path, { as }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
})

describe('a deactivated token', () => {
  test('is activated again, unless the organization lets it only be deleted', async () => {
    const { body } = await create()
    const path = `/tokens/${body.token.id}`
    const change = (to: object) => bed.call('PATCH', path, { as: root, body: to })
    await change({ status: 'inactive' })
    expect((await change({ status: 'active' })).status).toBe(200)
    await settings({ allowReactivation: false })
    expect((await change({ label: 'renamed' })).status).toBe(200)
    await change({ status: 'inactive' })
    for (const to of [{ status: 'active' }, { label: 'again' }]) {
      const refused = await change(to)
      expect([refused.status, refused.body.message]).toEqual([
        409,
        'this token was deactivated, and `acme` lets such tokens only be deleted; create a new one',
      ])
    }
    expect((await bed.call('DELETE', path, { as: root })).status).toBe(204)
    await settings({ allowReactivation: true })
  })
})

describe('the organization’s maximum lifetime', () => {
  test('holds new tokens of each kind to it, and says so', async () => {
    await settings({ maximumLifetimes: { oat: 90 } })
    const statuses = []
    for (const expiresAt of [null, inDays(91), inDays(90), inDays(1)]) {
      statuses.push((await create({ expiresAt })).status)
    }
    expect(statuses).toEqual([400, 400, 201, 201])
    expect((await create({ expiresAt: null })).body).toMatchObject({
      message:
        '`acme` lets organization access tokens live for at most 90 days; choose an expiry within them',
      data: { field: 'expiresAt' },
    })
    const device = (name: string) =>
      create({ kind: 'registry-token', name, rights: { type: 'scope-map', scopeMap: '_repositories_pull' } })
    expect((await device('before')).status).toBe(201)
    const changed = await settings({ maximumLifetimes: { 'registry-token': 7 } })
    expect(changed.maximumLifetimes).toMatchObject({ pat: null, oat: 90, 'registry-token': 7 })
    expect((await device('after')).body.message).toContain('registry tokens live for at most 7 days')
    await settings({ maximumLifetimes: { oat: null, 'registry-token': null } })
  })
})

describe('a plan’s limit', () => {
  const plan = (name: string) => bed.must('PATCH', '/organizations/small', { as: root, body: { plan: name } })
  const inSmall = (body: object = {}) => create({ organization: 'small', ...body })

  beforeAll(() => bed.must('POST', '/organizations', { as: root, body: { name: 'small' } }))

  test('counts expired and inactive tokens, and its error names the plan', async () => {
    await plan('free')
    const repositories = [{ repository: 'app', permissions: ['scope-image-pull'] }]
    expect((await inSmall({ repositories })).body).toMatchObject({
      message:
        'the plan `free` has no organization access tokens; an installation administrator can change the plan',
      data: { plan: 'free', limit: 'organization access tokens', allowed: 0 },
    })
    await plan('team')
    const made = []
    for (let n = 0; n < 10; n += 1) made.push((await inSmall({ expiresAt: inDays(1) })).body.token.id)
    await bed.must('PATCH', `/tokens/${made[0]}`, { as: root, body: { status: 'inactive' } })
    bed.pass(DAY)
    expect((await inSmall()).body.message).toContain(
      'the plan `team` allows 10 organization access tokens (expired and inactive ones count: delete one)',
    )
    await bed.must('DELETE', `/tokens/${made[0]}`, { as: root })
    expect((await inSmall()).status).toBe(201)
  })

  test('on the repositories of a token is told at its creation and at its change', async () => {
    await plan('business')
    const repositories = Array.from({ length: 51 }, (_, index) => ({
      repository: `app-${index}`,
      permissions: ['scope-image-pull'],
    }))
    const sentence = 'the plan `business` allows 50 repositories of an organization access token'
    expect((await inSmall({ repositories })).body.message).toContain(sentence)
    const { body } = await inSmall({ repositories: repositories.slice(1) })
    const change = await bed.call('PATCH', `/tokens/${body.token.id}`, { as: root, body: { repositories } })
    expect(change.body.message).toContain(sentence)
  })
})

test('those that end soon are listed by themselves, with the notice that was given', async () => {
  await bed.must('POST', '/organizations', { as: root, body: { name: 'ending' } })
  const ids: string[] = []
  for (const expiresAt of [inDays(40), inDays(20), null, inDays(1)])
    ids.push((await create({ organization: 'ending', expiresAt })).body.token.id)
  bed.pass(2 * DAY)
  const within = async (days: number) => {
    const path = `/tokens?organization=ending&expiringWithin=${days}`
    return (await bed.must('GET', path, { as: root })).items
  }
  const idsWithin = async (days: number) => (await within(days)).map(({ id }: { id: string }) => id)
  expect([await idsWithin(7), await idsWithin(18), await idsWithin(365)]).toEqual([
    [],
    [ids[1]],
    [ids[0], ids[1]],
  ])
  const { store } = bed.house
  await store.change(store.installation, SYSTEM, (tx) =>
    tx.credentials.noticeEnding(ids[1] as CredentialId, 30),
  )
  expect(await within(365)).toMatchObject([{ expiryNotice: null }, { expiryNotice: 30 }])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
/** May edit groups, and push below `samples`; holds nothing else. */
let oat: string
let ann: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  ann = await bed.person('ann', root, { organization: 'acme', role: 'member' })
  await bed.person('bob', root, { organization: 'acme', role: 'member' })
  await bed.must('POST', '/users', { as: root, body: { name: 'eve' } })
  const body = {
    kind: 'oat',
    organization: 'acme',
    label: 'teams',
    organizationScopes: ['scope-group-edit'],
    repositories: [{ repository: 'samples/*', permissions: ['scope-image-push'] }],
  }
  oat = (await bed.must('POST', '/tokens', { as: root, body })).secrets[0].value
})
afterAll(() => bed.close())

const acme = (rest: string) => `/organizations/acme${rest}`
const make = (name: string, as = root) => bed.must('POST', acme('/groups'), { as, body: { name } })
const put = (group: string, user: string, as = root) =>
  bed.call('PUT', acme(`/groups/${group}/members/${user}`), { as })
const give = (group: string, repository: string, permission: string, as = root) =>
  bed.call('PUT', acme(`/group-permissions/${group}/${repository}`), { as, body: { permission } })
const namesIn = async (group: string) =>
  (await bed.must('GET', acme(`/groups/${group}/members`), { as: ann })).items.map(
    ({ user }: { user: string }) => user,
  )

describe('nobody gives what they don’t hold', () => {
  test.each([
    { repository: 'samples/nginx', permission: 'read', status: 200 },
    { repository: 'samples/nginx', permission: 'write', status: 200 },
    { repository: 'samples/*', permission: 'write', status: 200 },
    { repository: 'samples/nginx', permission: 'admin', status: 403 },
    { repository: 'tools', permission: 'read', status: 403 },
    { repository: '*', permission: 'read', status: 403 },
  ])(
    'a token that may push below `samples` gives $permission on $repository: $status',
    async ({ repository, permission, status }) => {
      const name = `held-${repository.replaceAll(/\W/g, '-')}-${permission}`
      await make(name, oat)
      expect((await give(name, repository, permission, oat)).status).toBe(status)
      expect((await give(name, repository, permission)).status).toBe(200)
    },
  )

  test('nor by putting somebody where it is given already, themselves least of all', async () => {
    await make('strong')
    expect((await put('strong', 'ann', oat)).status).toBe(204)
    await give('strong', 'tools', 'read')
    const refused = await put('strong', 'bob', oat)
    expect([refused.status, refused.body.data.action]).toEqual([403, 'content/read'])
    expect(refused.body.message).toContain('`acme/tools`')
    expect(await namesIn('strong')).toEqual(['ann'])
    expect((await put('strong', 'bob')).status).toBe(204)
    // Taking away gives nobody anything.
    expect((await bed.call('DELETE', acme('/groups/strong/members/ann'), { as: oat })).status).toBe(204)
    const gone = await bed.call('DELETE', acme('/group-permissions/strong/tools'), { as: oat })
    expect(gone.status).toBe(204)
  })

  test('what was given on a repository that is gone gives nothing, and stands in nobody’s way', async () => {
    await make('old')
    await bed.must('POST', acme('/repositories'), { as: root, body: { name: 'going' } })
    await give('old', 'going', 'admin')
    await bed.must('DELETE', acme('/repositories/going'), { as: root })
    expect((await put('old', 'ann', oat)).status).toBe(204)
  })

  test('a member reads groups and changes none, nor enters one', async () => {
    await make('closed')
    expect((await bed.call('GET', acme('/groups/closed'), { as: ann })).status).toBe(200)
    expect((await put('closed', 'ann', ann)).status).toBe(403)
    expect((await give('closed', 'tools', 'read', ann)).status).toBe(403)
  })
})

describe('groups', () => {
  test('hold members of the organization, and nobody else', async () => {
    await make('people')
    const refused = await put('people', 'eve')
    expect([refused.status, refused.body.message]).toEqual([
      409,
      '`eve` is not a member of `acme`; make them one first, then put them into a group',
    ])
    expect([(await put('people', 'ann')).status, (await put('people', 'ann')).status]).toEqual([204, 204])
    expect((await put('people', 'nobody')).status).toBe(409)
    const again = await bed.call('DELETE', acme('/groups/people/members/bob'), { as: root })
    expect([again.status, again.body.message]).toEqual([404, '`bob` is not in the group `people`'])
    expect((await bed.must('GET', acme('/groups/people'), { as: root })).members).toBe(1)
    const self = await bed.must('GET', '/sessions/current', { as: ann })
    expect(self.memberships[0].groups).toContain('people')
    const hers = await bed.must('GET', acme('/groups?user=ann'), { as: root })
    expect(hers.items.map(({ name }: { name: string }) => name)).toContain('people')
  })

  test('are renamed with all they have; a name is one group’s', async () => {
    const { id } = await make('before')
    await put('before', 'bob')
    await give('before', 'tools', 'write')
    const taken = await bed.call('PATCH', acme('/groups/before'), { as: root, body: { name: 'people' } })
    expect(taken.status).toBe(409)
    const after = await bed.must('PATCH', acme('/groups/before'), { as: root, body: { name: 'after' } })
    expect(after).toMatchObject({ id, name: 'after', members: 1 })
    expect((await bed.call('GET', acme('/groups/before'), { as: root })).status).toBe(404)
    const given = await bed.must('GET', acme('/groups/after/permissions'), { as: root })
    expect(given.items).toEqual([{ repository: 'tools', permission: 'write', state: 'reserved' }])
  })

  test('say what became of what they were given', async () => {
    await make('states')
    for (const name of ['live', 'gone'])
      await bed.must('POST', acme('/repositories'), { as: root, body: { name } })
    for (const name of ['live', 'gone', 'later', 'all/*', '*']) await give('states', name, 'read')
    await bed.must('DELETE', acme('/repositories/gone'), { as: root })
    const { items } = await bed.must('GET', acme('/groups/states/permissions'), { as: ann })
    expect(items.map(({ repository, state }: Record<string, string>) => `${repository} ${state}`)).toEqual([
      '* pattern',
      'all/* pattern',
      'gone gone',
      'later reserved',
      'live live',
    ])
  })

  test('are told by the repository that they have access to', async () => {
    await bed.must('POST', acme('/repositories'), { as: root, body: { name: 'asked/app' } })
    for (const name of ['by-name', 'by-prefix']) await make(name)
    await give('by-name', 'asked/app', 'admin')
    await give('by-prefix', 'asked/*', 'read')
    const { items } = await bed.must('GET', acme('/repository-groups/asked/app'), { as: root })
    expect(items).toEqual(
      expect.arrayContaining([
        { group: 'by-name', repository: 'asked/app', permission: 'admin' },
        { group: 'by-prefix', repository: 'asked/*', permission: 'read' },
      ]),
    )
    // Who can't see the repository is not told who can.
    expect((await bed.call('GET', acme('/repository-groups/asked/app'), { as: ann })).status).toBe(404)
  })

  test('are given repositories of their own organization only', async () => {
    await make('abroad')
    for (const [repository, status] of [
      ['docker.io/library/*', 400],
      ['a/*/b', 400],
      ['Upper', 400],
    ] as const)
      expect((await give('abroad', repository, 'read')).status).toBe(status)
    const refused = await bed.call('DELETE', acme('/group-permissions/abroad/tools'), { as: root })
    expect(refused.status).toBe(404)
  })

  test('of a member who left are left, and not come back to', async () => {
    await bed.person('fay', root, { organization: 'acme', role: 'member' })
    await put('people', 'fay')
    await bed.must('DELETE', acme('/members/fay'), { as: root })
    await bed.must('PUT', acme('/members/fay'), { as: root, body: { role: 'member' } })
    expect(await namesIn('people')).not.toContain('fay')
    const { items } = await bed.must('GET', '/audit?organization=acme&event=member_removed', { as: root })
    expect(items[0].before).toEqual({ role: 'member', groups: ['people'] })
  })
})

test('before and after stand in the audit log, and nothing for what changed nothing', async () => {
  await make('audited')
  await put('audited', 'ann')
  await put('audited', 'ann')
  await give('audited', 'tools', 'read')
  await give('audited', 'tools', 'write')
  await bed.must('DELETE', acme('/group-permissions/audited/tools'), { as: root })
  await bed.must('DELETE', acme('/groups/audited/members/ann'), { as: root })
  await bed.must('PATCH', acme('/groups/audited'), { as: root, body: { description: 'seen' } })
  await give('audited', '*', 'admin')
  await bed.must('DELETE', acme('/groups/audited'), { as: root })
  const { items } = await bed.must('GET', '/audit?organization=acme&subject=group/acme/audited', { as: root })
  const told = items.map(({ event, before, after }: Record<string, unknown>) => [event, before, after])
  expect(told.toReversed()).toEqual([
    ['group_created', null, { name: 'audited', description: '' }],
    ['group_member_added', null, { user: 'ann' }],
    ['group_permission_added', null, { repository: 'tools', permission: 'read' }],
    [
      'group_permission_updated',
      { repository: 'tools', permission: 'read' },
      { repository: 'tools', permission: 'write' },
    ],
    ['group_permission_removed', { repository: 'tools', permission: 'write' }, null],
    ['group_member_removed', { user: 'ann' }, null],
    ['group_updated', { name: 'audited', description: '' }, { name: 'audited', description: 'seen' }],
    ['group_permission_added', null, { repository: '*', permission: 'admin' }],
    [
      'group_deleted',
      {
        name: 'audited',
        description: 'seen',
        members: 0,
        permissions: [{ repository: '*', permission: 'admin' }],
      },
      null,
    ],
  ])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed, type Answer } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let oat: string
let editingOat: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  const token = async (body: object) =>
    (
      await bed.must('POST', '/tokens', {
        as: root,
        body: { kind: 'oat', organization: 'acme', label: 'hr', ...body },
      })
    ).secrets[0].value
  oat = await token({ organizationScopes: ['scope-member-edit'] })
  const everything = [{ repository: '*', permissions: ['scope-image-delete', 'scope-repository-admin'] }]
  editingOat = await token({ organizationScopes: ['scope-member-edit'], repositories: everything })
  await bed.person('ann', root, { organization: 'acme', role: 'owner' })
  for (const name of ['bob', 'eve']) await bed.must('POST', '/users', { as: root, body: { name } })
})
afterAll(() => bed.close())

const set = (user: string, role: string, as: string) =>
  bed.call('PUT', `/organizations/acme/members/${user}`, { as, body: { role } })

describe('nobody gives what they don’t hold', () => {
  test.each([
    { role: 'member', status: 200 },
    { role: 'auditor', status: 403 },
    { role: 'editor', status: 403 },
    { role: 'owner', status: 403 },
  ])('a token that may edit members makes a $role: $status', async ({ role, status }) => {
    expect((await set('bob', role, oat)).status).toBe(status)
  })

  test('a token that may push everywhere makes no editor, who may create repositories as well', async () => {
    const answer = await set('bob', 'editor', editingOat)
    expect([answer.status, answer.body.data.action]).toEqual([403, 'repository/list'])
  })

  test('nor takes it away: an owner is made and unmade by owners who are signed in', async () => {
    expect((await set('ann', 'member', oat)).status).toBe(403)
    expect((await bed.call('DELETE', '/organizations/acme/members/ann', { as: oat })).status).toBe(403)
    expect((await set('ann', 'editor', root)).status).toBe(200)
    expect((await set('ann', 'owner', root)).status).toBe(200)
  })
})

describe('leaving', () => {
  test('is everybody’s right, but the last owner’s', async () => {
    const eve = await bed.must('POST', '/users/eve/password-links', { as: root, body: {} })
    await bed.must('POST', '/passwords', { body: { secret: eve.secret, password: bed.password } })
    const session = (await bed.must('POST', '/sessions', { body: { user: 'eve', password: bed.password } }))
      .secret
    await bed.must('PUT', '/organizations/acme/members/eve', { as: root, body: { role: 'member' } })
    expect((await bed.call('DELETE', '/organizations/acme/members/bob', { as: session })).status).toBe(403)
    expect((await bed.call('DELETE', '/organizations/acme/members/eve', { as: session })).status).toBe(204)
    expect((await bed.call('GET', '/organizations/acme', { as: session })).status).toBe(404)
    await bed.must('PUT', '/organizations/acme/members/ann', { as: root, body: { role: 'member' } })
    expect((await bed.call('DELETE', '/organizations/acme/members/root', { as: root })).status).toBe(409)
  })

  test('leaves the organization’s tokens at work', async () => {
    expect((await bed.call('GET', '/organizations/acme/members', { as: oat })).status).toBe(200)
  })
})

test('before and after stand in the audit log', async () => {
  await set('bob', 'auditor', root)
  const { items } = await bed.must('GET', '/audit?organization=acme&subject=member/acme/bob', { as: root })
  expect(
    items.map(({ event, before, after }: Record<string, unknown>) => ({ event, before, after })),
  ).toEqual([
    { event: 'member_updated', before: { role: 'member' }, after: { role: 'auditor' } },
    { event: 'member_added', before: null, after: { role: 'member' } },
  ])
})

test('the list says which groups each is in, to whoever may read groups', async () => {
  const path = (rest: string) => `/organizations/grouped${rest}`
  await bed.must('POST', '/organizations', { as: root, body: { name: 'grouped' } })
  for (const user of ['bob', 'eve']) {
    await bed.must('PUT', path(`/members/${user}`), { as: root, body: { role: 'member' } })
  }
  for (const name of ['ops', 'devs']) {
    await bed.must('POST', path('/groups'), { as: root, body: { name } })
    await bed.must('PUT', path(`/groups/${name}/members/bob`), { as: root })
  }
  await bed.must('PUT', path('/groups/ops/members/eve'), { as: root })
  const groups = async (as: string) =>
    (await bed.must('GET', path('/members'), { as })).items.map((each: Answer['body']) => each.groups)
  const only = (scope: string) => ({
    kind: 'oat',
    organization: 'grouped',
    label: 'x',
    organizationScopes: [scope],
  })
  const reader = await bed.must('POST', '/tokens', { as: root, body: only('scope-member-read') })
  expect(await groups(root)).toEqual([['devs', 'ops'], ['ops'], []])
  expect(await groups(reader.secrets[0].value)).toEqual([null, null, null])
  const set = await bed.must('PUT', path('/members/bob'), { as: root, body: { role: 'editor' } })
  expect(set.groups).toEqual(['devs', 'ops'])
})

describe('the export', () => {
  const file = (as: string) => bed.call('GET', '/organizations/acme/members/export', { as })

  test('has members and invitees, with addresses and groups, in Docker Hub’s columns', async () => {
    await bed.must('POST', '/organizations', { as: root, body: { name: 'sheet' } })
    const sheet = (rest: string) => `/organizations/sheet${rest}`
    await bed.must('POST', '/users', {
      as: root,
      body: { name: 'zoe', displayName: '=cmd', email: 'zoe@example.com' },
    })
    await bed.must('PUT', sheet('/members/zoe'), { as: root, body: { role: 'editor' } })
    for (const name of ['devs', 'ops']) {
      await bed.must('POST', sheet('/groups'), { as: root, body: { name } })
      await bed.must('PUT', sheet(`/groups/${name}/members/zoe`), { as: root })
    }
    const body = { invitees: ['bob', 'new@example.com'], group: 'ops' }
    await bed.must('POST', sheet('/invites'), { as: root, body })
    const { text, headers } = await bed.call('GET', sheet('/members/export'), { as: root })
    expect(headers['content-disposition']).toBe('attachment; filename="sheet-members-2026-11-21.csv"')
    expect(text.split('\r\n')).toEqual([
      'Name,Username,Email,Type,Permission,Teams,Date Joined',
      'root,root,,User,Owner,,2026-11-21T10:00:00.000Z',
      `'=cmd,zoe,zoe@example.com,User,Editor,"devs, ops",2026-11-21T10:00:00.000Z`,
      ',bob,,Invitee,Member,ops,',
      ',,new@example.com,Invitee,Member,ops,',
      '',
    ])
  })

  test('goes to who may read members and invites', async () => {
    const token = async (...organizationScopes: readonly string[]) => {
      const body = { kind: 'oat', organization: 'acme', label: 'x', organizationScopes }
      return (await bed.must('POST', '/tokens', { as: root, body })).secrets[0].value
    }
    const both = ['scope-member-read', 'scope-invite-read']
    const statuses = []
    for (const scopes of [...both.map((scope) => [scope]), both])
      statuses.push((await file(await token(...scopes))).status)
    expect(statuses).toEqual([403, 403, 200])
  })
})

import { operations } from '@wharden/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type Sent, type AdminBed } from '../../../test/admin-bed.ts'

/**
 * Every operation of the contract, tried by everybody. What they got is a golden file that people review; what must hold
 * whatever it says is asserted beside it.
 */

type Attempt = { readonly path: string; readonly body?: unknown }

/** Makes what an attempt is about, as somebody who may, and says how to ask. A new thing for each attempt. */
type Prepare = (name: string) => Promise<Attempt> | Attempt

let bed: AdminBed
let root: string
let people: ReadonlyMap<string, string | undefined>
let refusal = ''

const GRANTED = { repository: 'samples/*', permissions: ['scope-image-push'] }

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  await bed.must('POST', '/users', {
    as: root,
    body: { name: 'operator', password: bed.password, installationAdministrator: true },
  })
  const role = (name: string) => bed.person(name, root, { organization: 'acme', role: name })
  const token = async (body: object) =>
    (await bed.must('POST', '/tokens', { as: root, body })).secrets[0].value as string
  people = new Map([
    ['nobody', undefined],
    ['stranger', await bed.person('stranger', root, { organization: 'other', role: 'owner' })],
    ['member', await role('member')],
    ['auditor', await role('auditor')],
    ['editor', await role('editor')],
    ['owner', await role('owner')],
    [
      'operator',
      (await bed.must('POST', '/sessions', { body: { user: 'operator', password: bed.password } })).secret,
    ],
    [
      'pat',
      await token({
        kind: 'pat',
        label: 'all',
        repositories: [{ repository: '*', permissions: ['repo:admin'] }],
      }),
    ],
    [
      'oat',
      await token({
        kind: 'oat',
        organization: 'acme',
        label: 'ci',
        repositories: [GRANTED],
        organizationScopes: ['scope-member-edit'],
      }),
    ],
    [
      'map',
      await token({
        kind: 'registry-token',
        organization: 'acme',
        name: 'device',
        rights: { type: 'scope-map', scopeMap: '_repositories_push' },
      }),
    ],
  ])
  const refused = await bed.call('GET', '/audit?organization=acme', { as: people.get('member') })
  refusal = refused.body.data.decision
}, 60_000)
afterAll(() => bed.close())

const acme = (rest: string) => `/organizations/acme${rest}`

async function repository(name: string): Promise<string> {
  await bed.must('POST', acme('/repositories'), { as: root, body: { name: `samples/${name}` } })
  return acme(`/repositories/samples/${name}`)
}

async function locks(name: string): Promise<string> {
  return (await repository(name)).replace('/repositories/', '/repository-locks/')
}

async function user(name: string): Promise<string> {
  await bed.must('POST', '/users', { as: root, body: { name } })
  return name
}

async function member(name: string): Promise<string> {
  await user(name)
  await bed.must('PUT', acme(`/members/${name}`), { as: root, body: { role: 'member' } })
  return acme(`/members/${name}`)
}

async function token(name: string): Promise<string> {
  const body = { kind: 'oat', organization: 'acme', label: name, repositories: [GRANTED] }
  return `/tokens/${(await bed.must('POST', '/tokens', { as: root, body })).token.id}`
}

const MAP = [{ repository: 'samples/nginx', permissions: ['content/read'] }]

async function scopeMap(name: string): Promise<string> {
  await bed.must('POST', acme('/scope-maps'), { as: root, body: { name, repositories: MAP } })
  return acme(`/scope-maps/${name}`)
}

async function guard(name: string): Promise<string> {
  await bed.must('POST', acme('/guards'), { as: root, body: { service: `${name}.example.com` } })
  return acme(`/guards/${name}.example.com`)
}

const SECRET = 'whd_set_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW03nM9C'
const EMPTY = { kind: 'oat', organization: 'acme', repositories: [GRANTED] }

const ATTEMPTS: Readonly<Record<string, Prepare>> = {
  setup_state: () => ({ path: '/setup' }),
  setup_complete: () => ({
    path: '/setup',
    body: { secret: SECRET, user: 'eve', password: 'correct horse' },
  }),
  session_create: () => ({ path: '/sessions', body: { user: 'eve', password: 'wrong' } }),
  session_show: () => ({ path: '/sessions/current' }),
  organization_create: (name) => ({ path: '/organizations', body: { name } }),
  organization_list: () => ({ path: '/organizations' }),
  organization_show: () => ({ path: acme('') }),
  organization_update: (name) => ({ path: acme(''), body: { displayName: name } }),
  user_create: (name) => ({ path: '/users', body: { name } }),
  user_list: () => ({ path: '/users' }),
  user_show: () => ({ path: '/users/root' }),
  user_update: async (name) => ({ path: `/users/${await user(name)}`, body: { displayName: 'changed' } }),
  user_create_password_link: async (name) => ({
    path: `/users/${await user(name)}/password-links`,
    body: {},
  }),
  user_set_password: () => ({ path: '/passwords', body: { secret: SECRET, password: 'correct horse' } }),
  member_list: () => ({ path: acme('/members') }),
  member_set: async (name) => ({ path: acme(`/members/${await user(name)}`), body: { role: 'member' } }),
  member_delete: async (name) => ({ path: await member(name) }),
  repository_create: (name) => ({ path: acme('/repositories'), body: { name: `samples/${name}` } }),
  repository_list: () => ({ path: acme('/repositories') }),
  repository_show: async (name) => ({ path: await repository(name) }),
  repository_update: async (name) => ({ path: await repository(name), body: { description: 'changed' } }),
  repository_delete: async (name) => ({ path: await repository(name) }),
  repository_list_tags: async (name) => ({
    path: (await repository(name)).replace('/repositories/', '/repository-tags/'),
  }),
  lock_show: async (name) => ({ path: await locks(name) }),
  lock_update: async (name) => ({ path: await locks(name), body: { writeEnabled: false } }),
  token_create: (name) => ({ path: '/tokens', body: { ...EMPTY, label: name } }),
  token_list: () => ({ path: '/tokens?organization=acme' }),
  token_show: async (name) => ({ path: await token(name) }),
  token_update: async (name) => ({ path: await token(name), body: { description: 'changed' } }),
  token_delete: async (name) => ({ path: await token(name) }),
  scope_map_create: (name) => ({ path: acme('/scope-maps'), body: { name, repositories: MAP } }),
  scope_map_list: () => ({ path: acme('/scope-maps') }),
  scope_map_show: () => ({ path: acme('/scope-maps/_repositories_pull') }),
  scope_map_delete: async (name) => ({ path: await scopeMap(name) }),
  policy_show: () => ({ path: acme('/policies') }),
  policy_replace_image_access: () => ({ path: acme('/policies/image-access'), body: { policy: {} } }),
  policy_replace_registry_access: () => ({ path: acme('/policies/registry-access'), body: { policy: {} } }),
  policy_replace_sign_in: () => ({ path: acme('/policies/sign-in'), body: { policy: {} } }),
  decision_explain: () => ({ path: `/decisions/${refusal}` }),
  guard_create: (name) => ({ path: acme('/guards'), body: { service: `${name}.example.com` } }),
  guard_list: () => ({ path: acme('/guards') }),
  guard_show: async (name) => ({ path: await guard(name) }),
  guard_delete: async (name) => ({ path: await guard(name) }),
  key_list: () => ({ path: '/keys' }),
  audit_list: () => ({ path: '/audit?organization=acme' }),
  audit_verify: () => ({ path: '/audit/verification?organization=acme' }),
  activity_list: () => ({ path: '/activity?organization=acme' }),
  gc_show: () => ({ path: '/gc' }),
  gc_run: () => ({ path: '/gc/runs', body: {} }),
  system_version: () => ({ path: '/version' }),
  system_trust: () => ({ path: '/trust' }),
  system_health: () => ({ path: '/health' }),
  session_delete: () => ({ path: '/sessions/current' }),
}

/** What strangers may do: all of it is about themselves. */
const OWN_AFFAIRS = ['session_show', 'session_delete', 'organization_list']

test('every operation of the contract is tried', () => {
  expect(Object.keys(ATTEMPTS).sort()).toEqual(
    operations()
      .map(({ id }) => id)
      .sort(),
  )
})

describe('everybody tries everything', () => {
  const rows = new Map<string, Map<string, number>>()
  const changed: string[] = []

  async function heads(): Promise<readonly number[]> {
    const { store } = bed.house
    const tenants = await store.read.audit.tenants()
    const pages = await Promise.all(tenants.map((tenant) => store.read.audit.list(tenant, { limit: 1 })))
    return pages.map(({ items }) => items[0]?.sequence ?? 0).sort((one, other) => one - other)
  }

  beforeAll(async () => {
    const methods = new Map(operations().map(({ id, method }) => [id, method]))
    for (const [id, prepare] of Object.entries(ATTEMPTS)) {
      const row = new Map<string, number>()
      rows.set(id, row)
      for (const [index, [who, as]] of [...people].entries()) {
        const { path, body } = await prepare(`${id.replaceAll('_', '-')}-${who}`)
        const before = await heads()
        const sent: Sent = { as, from: `192.0.2.${index}`, ...(body !== undefined && { body }) }
        const { status } = await bed.call(methods.get(id) ?? '', path, sent)
        row.set(who, status)
        if (status >= 400 && String(await heads()) !== String(before)) changed.push(`${id} by ${who}`)
      }
    }
  }, 60_000)

  test('what they got is what docs/api/authorization.txt says', async () => {
    const names = [...people.keys()]
    const line = (cells: readonly string[]) =>
      cells
        .map((cell, index) => cell.padEnd(index === 0 ? 32 : 9))
        .join('')
        .trimEnd()
    const lines = [...rows].map(([id, row]) => line([id, ...names.map((who) => String(row.get(who)))]))
    const text = [INTRODUCTION, line(['operation', ...names]), ...lines, ''].join('\n')
    await expect(text).toMatchFileSnapshot('../../../../../docs/api/authorization.txt')
  })

  test('nobody is asked who they are, wherever that is needed', () => {
    const open = operations()
      .filter(({ access }) => access.type === 'public')
      .map(({ id }) => id)
    const let_in = [...rows].filter(([, row]) => row.get('nobody') !== 401).map(([id]) => id)
    // A wrong password is answered 401, too.
    expect([...let_in, 'session_create'].sort()).toEqual(open.sort())
  })

  test('strangers get at nothing that isn’t theirs, and are not told what there is', () => {
    const needing = operations()
      .filter(({ access }) => access.type !== 'public')
      .map(({ id }) => id)
    const got = needing.filter((id) => ![403, 404].includes(rows.get(id)?.get('stranger') ?? 0))
    expect(got.sort()).toEqual([...OWN_AFFAIRS].sort())
  })

  test('what is refused changes nothing', () => {
    expect(changed).toEqual([])
  })

  test('a member does what an auditor, an editor and an owner each may do more than', () => {
    for (const [id, row] of rows) {
      if (id === 'decision_explain') continue // the refusal was the member's own
      const ok = (who: string) => (row.get(who) ?? 0) < 400
      if (ok('member')) expect([id, ok('auditor'), ok('editor'), ok('owner')]).toEqual([id, true, true, true])
      if (ok('editor')) expect([id, ok('owner')]).toEqual([id, true])
    }
  })
})

const INTRODUCTION = `Who gets what from the administration API, as HTTP status codes: 2xx done, 401 sign in, 403 told no, 404 not there for you.
Each operation is tried on organization \`acme\`. Made by a test; people review its difference.

nobody    sends no credential
stranger  owns another organization
member, auditor, editor, owner   of \`acme\`
operator  administers the installation, and belongs to no organization
pat       a personal access token (\`*\`: repo:admin) of somebody who is both owner and operator
oat       an organization access token of \`acme\`: push to \`samples/*\`, and scope-member-edit
map       a registry token of \`acme\` with the scope map _repositories_push
`

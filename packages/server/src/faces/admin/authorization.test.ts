import { operations } from '@wharden/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type Sent, type AdminBed } from '../../../test/admin-bed.ts'
import { attemptsOf, GRANTED, type Attempt, type Prepare } from '../../../test/attempts.ts'

/**
 * Every operation of the contract, tried by everybody. What they got is a golden file that people review; what must hold
 * whatever it says is asserted beside it.
 */

let bed: AdminBed
let root: string
let people: ReadonlyMap<string, string | undefined>
let attempts: Readonly<Record<string, Prepare>>

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  await bed.must('POST', '/users', {
    as: root,
    body: { name: 'operator', password: bed.password, installationAdministrator: true },
  })
  const companyOwner = async (name: string) => {
    const secret = await bed.person(name, root)
    await bed.must('POST', '/companies', { as: root, body: { name: 'holding' } })
    await bed.must('PUT', '/companies/holding/organizations/acme', { as: root })
    await bed.must('PUT', `/companies/holding/owners/${name}`, { as: root })
    return secret
  }
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
    ['company', await companyOwner('company-owner')],
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
    [
      'principal',
      (
        await bed.must('POST', '/organizations/acme/service-principals', {
          as: root,
          body: { name: 'pipeline' },
        })
      ).secret,
    ],
  ])
  const refused = await bed.call('GET', '/audit?organization=acme', { as: people.get('member') })
  attempts = attemptsOf(bed, root, refused.body.data.decision)
}, 60_000)
afterAll(() => bed.close())

/** What strangers may do: all of it is about themselves. */
const OWN_AFFAIRS = [
  'session_show',
  'session_delete',
  'session_list',
  'session_end_all',
  'user_change_password',
  'organization_list',
  'company_list',
  'invite_list_mine',
]

/** Nobody comes back from these with the session they had. */
const ENDS_SESSIONS = ['session_end_all', 'session_delete']

test('every operation of the contract is tried', () => {
  expect(Object.keys(attempts).sort()).toEqual(
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

  /** Another session of whoever has one. */
  async function renewed(who: string, as: string | undefined, from: string): Promise<string | undefined> {
    if (as?.startsWith('whd_ses_') !== true) return as
    const user = who === 'company' ? 'company-owner' : who
    return (await bed.must('POST', '/sessions', { body: { user, password: bed.password }, from })).secret
  }

  beforeAll(async () => {
    const methods = new Map(operations().map(({ id, method }) => [id, method]))
    for (const [id, prepare] of Object.entries(attempts)) {
      const row = new Map<string, number>()
      rows.set(id, row)
      // What was refused is as it was, for the next to be tried on; what was done is used up.
      let prepared: Attempt | undefined
      for (const [index, [who, as]] of [...people].entries()) {
        prepared ??= await prepare(`${id.replaceAll('_', '-')}-${who}`)
        const { path, body } = prepared
        const before = await heads()
        const from = `192.0.2.${index}`
        const secret = ENDS_SESSIONS.includes(id) ? await renewed(who, as, from) : as
        const sent: Sent = { as: secret, from, ...(body !== undefined && { body }) }
        const { status } = await bed.call(methods.get(id) ?? '', path, sent)
        row.set(who, status)
        if (status < 400) prepared = undefined
        else if (String(await heads()) !== String(before)) changed.push(`${id} by ${who}`)
      }
    }
  }, 180_000)

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

  test('a service principal gets nothing here, so that it makes itself no heirs', () => {
    expect([...rows].filter(([, row]) => row.get('principal') !== 403)).toEqual([])
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
company   owns the company that \`acme\` belongs to, and is no member of it
operator  administers the installation, and belongs to no organization
pat       a personal access token (\`*\`: repo:admin) of somebody who is both owner and operator
oat       an organization access token of \`acme\`: push to \`samples/*\`, and scope-member-edit
map       a registry token of \`acme\` with the scope map _repositories_push
principal  a service principal of \`acme\`, which this API refuses
`

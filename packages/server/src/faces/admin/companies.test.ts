import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
/** Administers the installation and owns both organizations. */
let root: string
/** Owns the company that `acme` belongs to, and is nothing else. */
let carl: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  carl = await bed.person('carl', root)
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  await bed.must('POST', '/users', { as: root, body: { name: 'ann' } })
  await bed.must('POST', '/companies', { as: root, body: { name: 'holding' } })
  await bed.must('PUT', '/companies/holding/organizations/acme', { as: root })
  await bed.must('PUT', '/companies/holding/owners/carl', { as: root })
  await bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name: 'app' } })
})
afterAll(() => bed.close())

const acme = (rest: string) => `/organizations/acme${rest}`
const names = ({ items }: { items: readonly { name: string }[] }) => items.map(({ name }) => name)

describe('a company’s owner', () => {
  test('sees the company and its organizations, and no others', async () => {
    expect(names(await bed.must('GET', '/organizations', { as: carl }))).toEqual(['acme'])
    expect(names(await bed.must('GET', '/companies', { as: carl }))).toEqual(['holding'])
    expect(names(await bed.must('GET', '/companies/holding/organizations', { as: carl }))).toEqual(['acme'])
    expect((await bed.must('GET', acme(''), { as: carl })).company).toBe('holding')
    const self = await bed.must('GET', '/sessions/current', { as: carl })
    expect([self.companies, self.memberships]).toEqual([['holding'], []])
    expect((await bed.call('GET', '/organizations/other', { as: carl })).status).toBe(404)
    await bed.must('POST', '/companies', { as: root, body: { name: 'rival' } })
    expect((await bed.call('GET', '/companies/rival', { as: carl })).status).toBe(404)
  })

  test('manages members, groups, tokens and policies as its owners do', async () => {
    await bed.must('PUT', acme('/members/ann'), { as: carl, body: { role: 'owner' } })
    await bed.must('PUT', acme('/members/ann'), { as: carl, body: { role: 'member' } })
    await bed.must('POST', acme('/groups'), { as: carl, body: { name: 'web' } })
    await bed.must('PUT', acme('/group-permissions/web/*'), { as: carl, body: { permission: 'write' } })
    await bed.must('PUT', acme('/groups/web/members/ann'), { as: carl })
    const repositories = [{ repository: '*', permissions: ['scope-image-pull'] }]
    const made = await bed.must('POST', '/tokens', {
      as: carl,
      body: { kind: 'oat', organization: 'acme', label: 'ci', repositories },
    })
    await bed.must('PATCH', `/tokens/${made.token.id}`, { as: carl, body: { status: 'inactive' } })
    await bed.must('DELETE', `/tokens/${made.token.id}`, { as: carl })
    await bed.must('GET', '/audit?organization=acme', { as: carl })
    await bed.must('PATCH', acme(''), { as: carl, body: { displayName: 'Acme' } })
  })

  test('reads nothing in its repositories, and changes nothing there', async () => {
    expect((await bed.call('GET', acme('/repository-tags/app'), { as: carl })).status).toBe(403)
    expect((await bed.call('DELETE', acme('/repositories/app'), { as: carl })).status).toBe(403)
    const body = { writeEnabled: false }
    expect((await bed.call('PATCH', acme('/repository-locks/app'), { as: carl, body })).status).toBe(403)
  })

  test('gives by no token what they don’t hold, and makes no owner by one', async () => {
    const body = {
      kind: 'pat',
      label: 'mine',
      repositories: [{ repository: '*', permissions: ['repo:admin'] }],
    }
    const pat = (await bed.must('POST', '/tokens', { as: carl, body })).secrets[0].value
    const tried = await Promise.all([
      bed.call('PUT', acme('/members/ann'), { as: pat, body: { role: 'owner' } }),
      bed.call('POST', acme('/groups'), { as: pat, body: { name: 'no' } }),
      bed.call('PUT', '/companies/holding/owners/ann', { as: pat }),
      bed.call('DELETE', '/companies/holding/owners/carl', { as: pat }),
    ])
    expect(tried.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    const companies = await bed.call('GET', '/companies', { as: pat })
    expect(companies.status).toBe(200)
  })

  test('is not the installation’s administrator', async () => {
    const tried = await Promise.all([
      bed.call('PATCH', acme(''), { as: carl, body: { plan: 'team' } }),
      bed.call('PATCH', '/companies/holding', { as: carl, body: { displayName: 'mine' } }),
      bed.call('DELETE', '/companies/holding', { as: carl }),
      bed.call('PUT', '/companies/holding/organizations/other', { as: carl }),
      bed.call('DELETE', '/companies/holding/organizations/acme', { as: carl }),
    ])
    expect(tried.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
  })

  test('makes and removes owners; the last one is for an administrator to remove', async () => {
    const last = await bed.call('DELETE', '/companies/holding/owners/carl', { as: carl })
    expect([last.status, last.body.message]).toEqual([
      409,
      'this is the last owner of the company `holding`; make somebody else an owner first, or ask an installation administrator',
    ])
    await bed.must('PUT', '/companies/holding/owners/ann', { as: carl })
    const { items } = await bed.must('GET', '/companies/holding/owners', { as: carl })
    expect(items.map(({ user }: { user: string }) => user)).toEqual(['ann', 'carl'])
    await bed.must('DELETE', '/companies/holding/owners/ann', { as: carl })
    expect((await bed.call('DELETE', '/companies/holding/owners/ann', { as: carl })).status).toBe(404)
    expect((await bed.call('DELETE', '/companies/holding/owners/carl', { as: root })).status).toBe(204)
    expect((await bed.call('GET', acme(''), { as: carl })).status).toBe(404)
    await bed.must('PUT', '/companies/holding/owners/carl', { as: root })
    expect((await bed.call('GET', acme(''), { as: carl })).status).toBe(200)
  })
})

describe('an organization', () => {
  test('belongs to one company at most', async () => {
    await bed.must('POST', '/companies', { as: root, body: { name: 'second' } })
    const refused = await bed.call('PUT', '/companies/second/organizations/acme', { as: root })
    expect([refused.status, refused.body.message]).toEqual([
      409,
      '`acme` belongs to the company `holding`; take it out of that first',
    ])
    expect((await bed.call('PUT', '/companies/holding/organizations/acme', { as: root })).status).toBe(200)
    const absent = await bed.call('DELETE', '/companies/second/organizations/acme', { as: root })
    expect(absent.status).toBe(404)
  })

  test('that is taken out, or whose company is deleted, is its own owners’ alone at once', async () => {
    const sees = async () => (await bed.call('GET', acme(''), { as: carl })).status
    expect(await sees()).toBe(200)
    await bed.must('DELETE', '/companies/holding/organizations/acme', { as: root })
    expect(await sees()).toBe(404)
    await bed.must('PUT', '/companies/holding/organizations/acme', { as: root })
    expect(await sees()).toBe(200)
    await bed.must('DELETE', '/companies/holding', { as: root })
    expect(await sees()).toBe(404)
    expect((await bed.must('GET', acme(''), { as: root })).company).toBe(null)
  })

  test('has in its log who came to manage it, and who no longer does', async () => {
    const { items } = await bed.must('GET', '/audit?organization=acme&subject=company/holding', { as: root })
    const told = items.map(({ event, before, after }: Record<string, unknown>) => [event, before ?? after])
    expect(told.toReversed().slice(0, 2)).toEqual([
      ['company_organization_added', { organization: 'acme' }],
      ['company_owner_added', { user: 'carl' }],
    ])
    expect(told.slice(0, 2)).toEqual([
      ['company_deleted', { displayName: 'holding' }],
      ['company_organization_added', { organization: 'acme' }],
    ])
    const installation = await bed.must('GET', '/audit?subject=company/holding', { as: root })
    expect(installation.items.map(({ event }: { event: string }) => event)).toEqual(
      expect.arrayContaining(['company_created', 'company_owner_removed', 'company_organization_removed']),
    )
  })
})

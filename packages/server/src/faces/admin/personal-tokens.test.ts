import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let ann: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await bed.must('POST', '/organizations', { as: root, body: { name: 'other' } })
  ann = await bed.person('ann', root, { organization: 'acme', role: 'editor' })
  await bed.must('PUT', '/organizations/other/members/ann', { as: root, body: { role: 'editor' } })
})
afterAll(() => bed.close())

const DAY = 86_400_000
const path = (rest = '') => `/organizations/acme/personal-tokens${rest}`
const inDays = (days: number) => new Date(bed.house.clock() + days * DAY).toISOString()

type Made = { readonly id: string; readonly secret: string }

async function pat(
  label: string,
  repositories: readonly [string, string][],
  as = ann,
  more: object = {},
): Promise<Made> {
  const rules = repositories.map(([repository, scope]) => ({ repository, permissions: [scope] }))
  const body = { kind: 'pat', label, repositories: rules, ...more }
  const { token, secrets } = await bed.must('POST', '/tokens', { as, body })
  return { id: token.id, secret: secrets[0].value }
}

async function listed(
  as = root,
): Promise<readonly { readonly id: string; readonly [field: string]: unknown }[]> {
  return (await bed.must('GET', path(), { as })).items
}

/** Whether it gets at an organization. */
const reaches = async (organization: string, as: string) =>
  (await bed.call('GET', `/organizations/${organization}`, { as })).status === 200

describe('the owners of an organization', () => {
  test('see the personal tokens that reach it, and nothing of others', async () => {
    const everywhere = await pat('laptop', [['*', 'repo:read']], ann, { expiresAt: inDays(30) })
    const both = await pat('both', [
      ['acme/samples/*', 'repo:write'],
      ['acme/app', 'repo:read'],
      ['other/secret', 'repo:admin'],
    ])
    await pat('elsewhere', [['other/*', 'repo:admin']])
    const mine = await pat('mine', [['acme/*', 'repo:read']], root)
    const items = await listed()
    expect(items.map(({ id }) => id)).toEqual([everywhere.id, both.id, mine.id])
    expect(items[0]).toEqual({
      id: everywhere.id,
      user: 'ann',
      label: 'laptop',
      status: 'active',
      repositories: [{ repository: '*', permissions: ['repo:read'] }],
      createdAt: inDays(0),
      expiresAt: inDays(30),
      lastUsedAt: null,
      admittedUntil: null,
      barred: null,
    })
    expect(items[1]?.['repositories']).toEqual([
      { repository: 'acme/samples/*', permissions: ['repo:write'] },
      { repository: 'acme/app', permissions: ['repo:read'] },
    ])
    expect(JSON.stringify(items)).not.toContain('other')
    for (const one of [everywhere, both, mine])
      expect((await bed.call('GET', `/tokens/${one.id}`, { as: one === mine ? ann : root })).status).toBe(404)
  })

  test('see them page by page, and no more those of whoever has left', async () => {
    const bob = await bed.person('bob', root, { organization: 'acme', role: 'member' })
    for (const label of ['b1', 'b2', 'b3']) await pat(label, [['*', 'repo:read']], bob)
    const all = (await listed()).map(({ id }) => id)
    const seen: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const query: string = `?limit=2${after === '' ? '' : `&after=${after}`}`
      const page: { items: { id: string }[]; next: string | null } = await bed.must('GET', path(query), {
        as: root,
      })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    }
    expect(seen).toEqual(all)
    await bed.must('DELETE', '/organizations/acme/members/bob', { as: root })
    expect((await listed()).length).toBe(all.length - 3)
  })

  test('alone see and bar them', async () => {
    const { id } = await pat('guarded', [['acme/*', 'repo:read']])
    for (const role of ['editor', 'auditor', 'member']) {
      const as = await bed.person(`x-${role}`, root, { organization: 'acme', role })
      const answers = [
        await bed.call('GET', path(), { as }),
        await bed.call('PUT', path(`/${id}/bar`), { as }),
        await bed.call('DELETE', path(`/${id}/bar`), { as }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
    }
  })
})

describe('a barred token', () => {
  test('is refused by that organization at its next request, with the reason; elsewhere it works, and again when it is let in', async () => {
    const { id, secret } = await pat('barred', [['*', 'repo:admin']])
    expect([await reaches('acme', secret), await reaches('other', secret)]).toEqual([true, true])
    const barred = await bed.must('PUT', path(`/${id}/bar`), { as: root })
    expect(barred).toMatchObject({ id, barred: { by: 'root', at: inDays(0) } })
    expect((await bed.must('PUT', path(`/${id}/bar`), { as: root })).barred).toEqual(barred.barred)
    expect([await reaches('acme', secret), await reaches('other', secret)]).toEqual([false, true])
    const refused = await bed.call('GET', '/organizations/acme', { as: secret })
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining(
        "organization acme doesn't admit personal access token `barred`; ask an owner of acme why",
      ),
    ])
    const explained = await bed.must('GET', `/decisions/${refused.body.data.decision}`, { as: root })
    expect(JSON.stringify(explained)).toContain("doesn't admit")
    const repositories = await bed.call('GET', '/organizations/acme/repositories', { as: secret })
    expect(repositories.status === 403 || repositories.body.items.length === 0).toBe(true)
    await bed.must('DELETE', path(`/${id}/bar`), { as: root })
    expect(await reaches('acme', secret)).toBe(true)
    expect((await bed.call('DELETE', path(`/${id}/bar`), { as: root })).status).toBe(404)
    const { items } = await bed.must('GET', '/audit?organization=acme&limit=2', { as: root })
    expect(items).toMatchObject([
      { event: 'token_unbarred', subject: `token/${id}`, before: { user: 'ann', label: 'barred' } },
      { event: 'token_barred', subject: `token/${id}`, after: { user: 'ann', label: 'barred' } },
    ])
  })

  test('stays barred when its user leaves and comes back', async () => {
    const { id, secret } = await pat('stubborn', [['acme/*', 'repo:read']])
    await bed.must('PUT', path(`/${id}/bar`), { as: root })
    await bed.must('DELETE', '/organizations/acme/members/ann', { as: root })
    await bed.must('PUT', '/organizations/acme/members/ann', { as: root, body: { role: 'editor' } })
    expect(await reaches('acme', secret)).toBe(false)
  })

  test.each([
    { what: 'one that doesn’t reach the organization', of: () => pat('away', [['other/*', 'repo:read']]) },
    {
      what: 'a stranger’s',
      of: async () => pat('strange', [['*', 'repo:read']], await bed.person('eve', root)),
    },
    {
      what: 'an organization’s token',
      of: async () => {
        const body = { kind: 'oat', organization: 'acme', label: 'ci' }
        return { id: (await bed.must('POST', '/tokens', { as: root, body })).token.id, secret: '' }
      },
    },
    { what: 'nothing', of: () => ({ id: 'nothing', secret: '' }) },
  ])('$what is not there to be barred', async ({ of }) => {
    const { id } = await of()
    expect((await bed.call('PUT', path(`/${id}/bar`), { as: root })).status).toBe(404)
  })
})

describe('the maximum lifetime of personal tokens', () => {
  const limit = (pat: number | null) =>
    bed.must('PATCH', '/organizations/acme', { as: root, body: { maximumLifetimes: { pat } } })

  test('keeps out what is older, whatever its expiry, at once and with the reason; elsewhere it works', async () => {
    const { id, secret } = await pat('old', [['*', 'repo:read']], ann, { expiresAt: inDays(365) })
    await limit(3)
    expect(await reaches('acme', secret)).toBe(true)
    const shown = (await listed()).find((one) => one.id === id)
    expect(shown?.['admittedUntil']).toBe(inDays(3))
    bed.pass(3 * DAY)
    expect([await reaches('acme', secret), await reaches('other', secret)]).toEqual([false, true])
    const refused = await bed.call('GET', '/organizations/acme', { as: secret })
    expect(refused.body.message).toContain(
      'organization acme accepts personal access tokens for at most 3 days, and personal access token `old` is older; make a new one',
    )
    await limit(null)
    expect(await reaches('acme', secret)).toBe(true)
  })

  test('is not for sessions and organization tokens', async () => {
    const made = await bed.must('POST', '/tokens', {
      as: root,
      body: { kind: 'oat', organization: 'acme', label: 'ci', organizationScopes: ['scope-member-read'] },
    })
    await limit(1)
    bed.pass(DAY)
    const members = (as: string) => bed.call('GET', '/organizations/acme/members', { as })
    expect([(await members(root)).status, (await members(made.secrets[0].value)).status]).toEqual([200, 200])
    await limit(null)
  })
})

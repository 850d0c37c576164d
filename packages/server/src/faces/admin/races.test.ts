import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startPostgres } from '../../../test/postgres.ts'
import { ensureSetupLink } from '../../operations/manage/create-setup-link.ts'
import type { MetadataLocation } from '../../stores/metadata/open.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

const postgres = await startPostgres()
afterAll(() => postgres?.stop())

type Store = { readonly name: string; readonly locate: () => Promise<MetadataLocation | undefined> }

const stores: readonly Store[] = [
  { name: 'SQLite', locate: async () => undefined },
  ...(postgres === undefined
    ? []
    : [
        {
          name: 'PostgreSQL',
          locate: async () => ({ type: 'postgres', url: await postgres.createDatabase() }) as const,
        },
      ]),
]

if (postgres === undefined) {
  describe.skip('on PostgreSQL: the package `postgresql` is not installed', () => test('races', () => {}))
}

/** What only a change that holds the tenant's row can promise. */
describe.each(stores)('on $name', ({ locate }) => {
  let bed: AdminBed

  beforeEach(async () => {
    bed = await openAdminBed(await locate())
  })
  afterEach(() => bed.close())

  const statuses = async (answers: readonly Promise<{ readonly status: number }>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).sort()

  test('of twenty who complete the set-up at the same time one succeeds', async () => {
    const link = await ensureSetupLink(bed.house)
    const secret = link.type === 'waiting' ? link.secret.reveal() : ''
    const attempts = Array.from({ length: 20 }, (_, index) =>
      bed.call('POST', '/setup', {
        body: { secret, user: `admin-${index}`, password: bed.password, organization: `acme-${index}` },
      }),
    )
    expect(await statuses(attempts)).toEqual([201, ...Array<number>(19).fill(410)])
    const { read, installation } = bed.house.store
    expect(await read.users.count()).toBe(1)
    expect((await read.organizations.list({ limit: 10 })).items).toHaveLength(1)
    const events = (await read.audit.list(installation, { limit: 10 })).items.map(({ type }) => type)
    expect(events.filter((type) => type === 'setup_completed')).toHaveLength(1)
    expect(await ensureSetupLink(bed.house)).toEqual({ type: 'complete' })
  })

  test('of owners who all leave at the same time one stays', async () => {
    const root = await bed.setUp()
    const owners = [
      { name: 'root', secret: root },
      { name: 'ann', secret: await bed.person('ann', root, { organization: 'acme', role: 'owner' }) },
      { name: 'bob', secret: await bed.person('bob', root, { organization: 'acme', role: 'owner' }) },
    ]
    const leave = owners.map(({ name, secret }, index) =>
      index % 2 === 0
        ? bed.call('DELETE', `/organizations/acme/members/${name}`, { as: secret })
        : bed.call('PUT', `/organizations/acme/members/${name}`, { as: secret, body: { role: 'member' } }),
    )
    const answers = await Promise.all(leave)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
    const [acme] = (await bed.house.store.read.organizations.list({ limit: 1 })).items
    if (acme === undefined) throw new Error('no organization')
    expect(await bed.house.store.read.memberships.countOwners(acme.id)).toBe(1)
  })

  test('of administrators who all resign at the same time one stays', async () => {
    const root = await bed.setUp()
    await bed.must('POST', '/users', {
      as: root,
      body: { name: 'ann', password: bed.password, installationAdministrator: true },
    })
    const ann = (await bed.must('POST', '/sessions', { body: { user: 'ann', password: bed.password } }))
      .secret
    const answers = await statuses([
      bed.call('PATCH', '/users/root', { as: root, body: { installationAdministrator: false } }),
      bed.call('PATCH', '/users/ann', { as: ann, body: { status: 'disabled' } }),
    ])
    expect(answers).toEqual([200, 409])
  })

  test('a plan’s limit holds however many come at the same time, and counts what has expired', async () => {
    const root = await bed.setUp()
    await bed.must('PATCH', '/organizations/acme', { as: root, body: { plan: 'team' } })
    const expiresAt = new Date(bed.house.clock() + 60_000).toISOString()
    const create = (label: string, expiresAt: string | null = null) =>
      bed.call('POST', '/tokens', { as: root, body: { kind: 'oat', organization: 'acme', label, expiresAt } })
    const answers = await statuses(Array.from({ length: 12 }, (_, index) => create(`ci-${index}`, expiresAt)))
    expect(answers).toEqual([...Array<number>(10).fill(201), 403, 403])
    bed.pass(61_000)
    expect((await create('one more')).body).toMatchObject({
      code: 'limit_reached',
      data: { plan: 'team', limit: 'organization access tokens', allowed: 10 },
    })
  })

  test('a registry token’s name is given once', async () => {
    const root = await bed.setUp()
    const rights = {
      type: 'repositories',
      repositories: [{ repository: 'app', permissions: ['content/read'] }],
    }
    const body = { kind: 'registry-token', organization: 'acme', name: 'device', rights }
    const answers = await statuses(
      Array.from({ length: 5 }, () => bed.call('POST', '/tokens', { as: root, body })),
    )
    expect(answers).toEqual([201, 409, 409, 409, 409])
  })
})

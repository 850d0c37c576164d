import { expect, test } from 'vitest'
import { describeAdminBeds } from '../../../test/describe-admin-bed.ts'
import { ensureSetupLink } from '../../operations/manage/create-setup-link.ts'

/** What only a change that holds the tenant's row can promise. */
describeAdminBeds((bed) => {
  const statuses = async (answers: readonly Promise<{ readonly status: number }>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).sort()

  test('of twenty who complete the set-up at the same time one succeeds', async () => {
    const link = await ensureSetupLink(bed().house)
    const secret = link.type === 'waiting' ? link.secret.reveal() : ''
    const attempts = Array.from({ length: 20 }, (_, index) =>
      bed().call('POST', '/setup', {
        body: { secret, user: `admin-${index}`, password: bed().password, organization: `acme-${index}` },
      }),
    )
    expect(await statuses(attempts)).toEqual([201, ...Array<number>(19).fill(410)])
    const { read, installation } = bed().house.store
    expect(await read.users.count()).toBe(1)
    expect((await read.organizations.list({ limit: 10 })).items).toHaveLength(1)
    const events = (await read.audit.list(installation, { limit: 10 })).items.map(({ type }) => type)
    expect(events.filter((type) => type === 'setup_completed')).toHaveLength(1)
    expect(await ensureSetupLink(bed().house)).toEqual({ type: 'complete' })
  })

  test('of owners who all leave at the same time one stays', async () => {
    const root = await bed().setUp()
    const owners = [
      { name: 'root', secret: root },
      { name: 'ann', secret: await bed().person('ann', root, { organization: 'acme', role: 'owner' }) },
      { name: 'bob', secret: await bed().person('bob', root, { organization: 'acme', role: 'owner' }) },
    ]
    const leave = owners.map(({ name, secret }, index) =>
      index % 2 === 0
        ? bed().call('DELETE', `/organizations/acme/members/${name}`, { as: secret })
        : bed().call('PUT', `/organizations/acme/members/${name}`, { as: secret, body: { role: 'member' } }),
    )
    const answers = await Promise.all(leave)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
    const [acme] = (await bed().house.store.read.organizations.list({ limit: 1 })).items
    if (acme === undefined) throw new Error('no organization')
    expect(await bed().house.store.read.memberships.countOwners(acme.id)).toBe(1)
  })

  test('of a company’s owners who remove each other at the same time one stays', async () => {
    const root = await bed().setUp()
    const names = ['ann', 'bob', 'eve']
    const owners = await Promise.all(
      names.map(async (name) => ({ name, secret: await bed().person(name, root) })),
    )
    await bed().must('POST', '/companies', { as: root, body: { name: 'holding' } })
    await bed().must('PUT', '/companies/holding/organizations/acme', { as: root })
    for (const name of names) await bed().must('PUT', `/companies/holding/owners/${name}`, { as: root })
    const answers = await Promise.all(
      owners.map(({ secret }, index) =>
        bed().call('DELETE', `/companies/holding/owners/${names[(index + 1) % names.length]}`, {
          as: secret,
        }),
      ),
    )
    // Who was removed before their turn came finds no company any more, or finds that the last must stay.
    expect(answers.every(({ status }) => [204, 404, 409].includes(status))).toBe(true)
    const left = await bed().must('GET', '/companies/holding/owners', { as: root })
    expect(left.items.length).toBeGreaterThan(0)
  })

  test('of ten renewals of a token at the same time one is done, and its secret and the old one hold', async () => {
    const as = await bed().setUp()
    const body = { kind: 'oat', organization: 'acme', label: 'ci', renewable: true }
    const { secrets } = await bed().must('POST', '/tokens', { as, body })
    const old = secrets[0].value
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => bed().call('POST', '/tokens/current/renewals', { as: old, body: {} })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)])
    const fresh = answers.find(({ status }) => status === 201)?.body.secrets[0].value
    const whoami = (secret: string) => bed().call('GET', '/sessions/current', { as: secret })
    expect([(await whoami(old)).status, (await whoami(fresh)).status]).toEqual([200, 200])
  })

  test('an organization that is deleted while others work in it is gone whole, and nothing of it stays', async () => {
    const root = await bed().setUp()
    for (const name of ['ann', 'bob']) await bed().must('POST', '/users', { as: root, body: { name } })
    const acme = (rest: string) => `/organizations/acme${rest}`
    const answers = await Promise.all([
      bed().call('PUT', acme('/members/ann'), { as: root, body: { role: 'owner' } }),
      bed().call('POST', acme('/groups'), { as: root, body: { name: 'web' } }),
      bed().call('DELETE', acme(''), { as: root, body: { confirm: 'acme' } }),
      bed().call('PUT', acme('/members/bob'), { as: root, body: { role: 'member' } }),
      bed().call('POST', acme('/repositories'), { as: root, body: { name: 'app' } }),
      bed().call('DELETE', acme(''), { as: root, body: { confirm: 'acme' } }),
      bed().call('DELETE', '/users/ann', { as: root }),
    ])
    const deleted = answers.filter((_answer, index) => index === 2 || index === 5)
    expect(deleted.map(({ status }) => status).sort()).not.toEqual([404, 404])
    // What found it going is told that it is gone; only what concerns ann, who is deleted as well, may be told to try again.
    const failed = answers.filter(({ status }) => status >= 400)
    expect(failed.filter(({ status }) => status !== 404 && status !== 503)).toEqual([])
    const [, ...others] = answers.slice(0, 6)
    for (const { status, body } of others.filter(({ status }) => status >= 400))
      expect([status, body.message]).toEqual([
        404,
        expect.stringMatching(/^there is no organization `acme`|was deleted meanwhile/),
      ])
    expect((await bed().call('GET', acme(''), { as: root })).status).toBe(404)
    expect((await bed().must('GET', '/organizations', { as: root })).items).toEqual([])
  })

  test('an owner who is deleted while the other leaves is not the last one to go', async () => {
    const root = await bed().setUp()
    const ann = await bed().person('ann', root)
    await bed().must('POST', '/organizations', { as: root, body: { name: 'shared' } })
    const member = (name: string) => `/organizations/shared/members/${name}`
    await bed().must('PUT', member('ann'), { as: root, body: { role: 'owner' } })
    const answers = await statuses([
      bed().call('DELETE', '/users/ann', { as: root }),
      bed().call('DELETE', member('root'), { as: ann }),
    ])
    expect(answers).not.toEqual([204, 204])
    const [shared] = (await bed().house.store.read.organizations.list({ limit: 10 })).items.filter(
      ({ name }) => name === 'shared',
    )
    if (shared === undefined) throw new Error('no organization')
    expect(await bed().house.store.read.memberships.countOwners(shared.id)).toBe(1)
  })

  test('of many who use one invite at the same time, with an account or without, one becomes a member', async () => {
    const root = await bed().setUp()
    const names = ['ann', 'bob', 'eve']
    const sessions = await Promise.all(names.map((name) => bed().person(name, root)))
    const body = { invitees: ['somebody@example.com'] }
    const { invitees } = await bed().must('POST', '/organizations/acme/invites', { as: root, body })
    const { secret } = invitees[0].link
    const answers = [
      ...sessions.map((as) => bed().call('POST', '/invites/acceptances', { as, body: { secret } })),
      ...['fay', 'gus', 'hal'].map((user) =>
        bed().call('POST', '/invites/registrations', { body: { secret, user, password: bed().password } }),
      ),
      bed().call('POST', '/invites/refusals', { body: { secret } }),
    ]
    const kept = await statuses(answers)
    expect(kept.filter((status) => status === 410)).toHaveLength(6)
    const { items } = await bed().must('GET', '/organizations/acme/members', { as: root })
    expect(items).toHaveLength(kept.includes(204) ? 1 : 2)
  })

  test('of many who invite one person at the same time, one makes a link', async () => {
    const root = await bed().setUp()
    const body = { invitees: ['somebody@example.com'] }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => bed().call('POST', '/organizations/acme/invites', { as: root, body })),
    )
    expect(answers.map((answer) => answer.body.invitees[0].outcome).sort()).toEqual([
      ...Array<string>(4).fill('already_invited'),
      'invited',
    ])
  })

  test('of administrators who all resign at the same time one stays', async () => {
    const root = await bed().setUp()
    await bed().must('POST', '/users', {
      as: root,
      body: { name: 'ann', password: bed().password, installationAdministrator: true },
    })
    const ann = (await bed().must('POST', '/sessions', { body: { user: 'ann', password: bed().password } }))
      .secret
    const answers = await statuses([
      bed().call('PATCH', '/users/root', { as: root, body: { installationAdministrator: false } }),
      bed().call('PATCH', '/users/ann', { as: ann, body: { status: 'disabled' } }),
    ])
    expect(answers).toEqual([200, 409])
  })

  test('a plan’s limit holds however many come at the same time, and counts what has expired', async () => {
    const root = await bed().setUp()
    await bed().must('PATCH', '/organizations/acme', { as: root, body: { plan: 'team' } })
    const expiresAt = new Date(bed().house.clock() + 60_000).toISOString()
    const create = (label: string, expiresAt: string | null = null) =>
      bed().call('POST', '/tokens', {
        as: root,
        body: { kind: 'oat', organization: 'acme', label, expiresAt },
      })
    const answers = await statuses(Array.from({ length: 12 }, (_, index) => create(`ci-${index}`, expiresAt)))
    expect(answers).toEqual([...Array<number>(10).fill(201), 403, 403])
    bed().pass(61_000)
    expect((await create('one more')).body).toMatchObject({
      code: 'limit_reached',
      data: { plan: 'team', limit: 'organization access tokens', allowed: 10 },
    })
  })

  test('a registry token’s name is given once', async () => {
    const root = await bed().setUp()
    const rights = {
      type: 'repositories',
      repositories: [{ repository: 'app', permissions: ['content/read'] }],
    }
    const body = { kind: 'registry-token', organization: 'acme', name: 'device', rights }
    const answers = await statuses(
      Array.from({ length: 5 }, () => bed().call('POST', '/tokens', { as: root, body })),
    )
    expect(answers).toEqual([201, 409, 409, 409, 409])
  })
})

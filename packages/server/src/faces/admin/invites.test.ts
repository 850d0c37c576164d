import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed, type Answer } from '../../../test/admin-bed.ts'
import { accountName, required } from '../../../test/fixtures.ts'
import { SYSTEM } from '../../system-actor.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const DAY = 86_400_000

const create = (body: object, as = root): Promise<Answer> =>
  bed.call('POST', '/organizations/acme/invites', { as, body })

/** One invite, and the secret of its link. */
async function invite(invitee: string, body: object = {}, as = root) {
  const answer = await create({ invitees: [invitee], ...body }, as)
  const [invited] = answer.body.invitees
  if (invited.outcome !== 'invited') throw new Error(answer.text)
  return { id: invited.invite.id as string, secret: invited.link.secret as string, url: invited.link.url }
}

const accept = (body: object, as: string | undefined) =>
  bed.call('POST', '/invites/acceptances', { body, as })

const roleOf = async (name: string): Promise<string | undefined> => {
  const { items } = await bed.must('GET', '/organizations/acme/members', { as: root })
  return items.find(({ user }: { user: string }) => user === name)?.role
}

const register = (secret: string, user: string) =>
  bed.call('POST', '/invites/registrations', { body: { secret, user, password: bed.password } })

async function token(scopes: readonly string[], body: object = {}): Promise<string> {
  const wish = { kind: 'oat', organization: 'acme', label: 'hr', organizationScopes: scopes, ...body }
  return (await bed.must('POST', '/tokens', { as: root, body: wish })).secrets[0].value
}

describe('many at once', () => {
  test('each has an outcome, and one bad one loses nobody', async () => {
    await bed.person('there', root, { organization: 'acme', role: 'auditor' })
    await bed.must('POST', '/users', { as: root, body: { name: 'stranger' } })
    const invitees = ['stranger', 'New@Example.com', 'there', 'nobody-here', 'not@an@address', 'stranger']
    const dry = await create({ invitees, dryRun: true })
    const { body, status } = await create({ invitees })
    const outcomes = (answer: Answer['body']) =>
      answer.invitees.map((each: Answer['body']) => [each.invitee, each.outcome])
    expect(status).toBe(201)
    expect(outcomes(body)).toEqual([
      ['stranger', 'invited'],
      ['New@Example.com', 'invited'],
      ['there', 'existing_org_member'],
      ['nobody-here', 'invalid_email_or_docker_id'],
      ['not@an@address', 'invalid_email_or_docker_id'],
      ['stranger', 'already_invited'],
    ])
    expect(outcomes(dry.body)).toEqual(outcomes(body))
    expect(dry.text).not.toContain('whd_inv_')
    expect(body.invitees[1]).toMatchObject({
      message: null,
      invite: { invitee: 'new@example.com', type: 'email', role: 'member', state: 'pending', group: null },
      link: { url: expect.stringMatching(/^http:\/\/localhost:5000\/invites\?secret=whd_inv_\w{36}$/) },
    })
    expect(body.invitees[3].message).toBe(
      '`nobody-here` is neither an e-mail address nor the name of a user; check how it is written',
    )
    expect(outcomes((await create({ invitees })).body).slice(0, 2)).toEqual([
      ['stranger', 'already_invited'],
      ['New@Example.com', 'already_invited'],
    ])
  })

  test('a member is known by their address too', async () => {
    const { secret } = await invite('mail@example.com')
    expect((await register(secret, 'mailer')).status).toBe(201)
    const { body } = await create({ invitees: ['MAIL@example.com'] })
    expect(body.invitees[0].outcome).toBe('existing_org_member')
  })

  test('a thousand, and no more', async () => {
    const invitees = Array.from({ length: 1_000 }, (_, index) => `thousand-${index}@example.com`)
    const { body } = await create({ invitees })
    expect(new Set(body.invitees.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
      new Set(['invited']),
    )
    expect((await create({ invitees: [...invitees, 'one@example.com'] })).status).toBe(400)
    expect((await create({ invitees: [] })).status).toBe(400)
  })

  test('their list goes page by page, by state, with who invited them and when', async () => {
    const { items, next } = await bed.must('GET', '/organizations/acme/invites?state=pending&limit=2', {
      as: root,
    })
    expect(items).toMatchObject([
      { invitee: 'stranger', invitedBy: 'root', createdAt: '2026-11-21T10:00:00.000Z' },
      { invitee: 'new@example.com', expiresAt: '2026-11-28T10:00:00.000Z' },
    ])
    const path = `/organizations/acme/invites?state=pending&limit=1000&after=${next}`
    expect((await bed.must('GET', path, { as: root })).items).toHaveLength(1_000)
    expect(await bed.must('GET', `/organizations/acme/invites/${items[0].id}`, { as: root })).toEqual(
      items[0],
    )
  })
})

describe('somebody with an account', () => {
  test('sees what waits for them, and accepts it by its id', async () => {
    const bob = await bed.person('bob', root)
    const { id } = await invite('bob', { role: 'editor' })
    const mine = await bed.must('GET', '/invites', { as: bob })
    expect(mine.items).toMatchObject([{ id, organization: 'acme', role: 'editor', invitedBy: 'root' }])
    const accepted = await accept({ invite: id }, bob)
    expect([accepted.status, accepted.body]).toEqual([
      201,
      {
        organization: 'acme',
        user: 'bob',
        role: 'editor',
        alreadyMember: false,
        group: null,
        message: 'you are a member of `acme` now: its editor',
      },
    ])
    expect(await roleOf('bob')).toBe('editor')
    expect((await bed.must('GET', '/sessions/current', { as: bob })).memberships).toEqual([
      { organization: 'acme', role: 'editor', groups: [] },
    ])
    expect((await bed.must('GET', '/invites', { as: bob })).items).toEqual([])
  })

  test('accepts by the link as well, signed in as nobody else', async () => {
    const ann = await bed.person('ann', root)
    const eve = await bed.person('eve', root)
    const { id, secret } = await invite('ann')
    const hers = await accept({ secret }, eve)
    expect([hers.status, hers.body.message]).toEqual([
      403,
      'this invite to `acme` is for `ann`, and you are signed in as `eve`; sign in as `ann` and try again',
    ])
    expect((await accept({ invite: id }, eve)).status).toBe(404)
    expect((await accept({ secret }, undefined)).status).toBe(401)
    expect((await accept({ secret }, ann)).status).toBe(201)
  })

  test('is told when an address is not theirs; who has none may have it', async () => {
    const { secret } = await invite('ceo@example.com')
    const other = await bed.person('other', root)
    await bed.must('PATCH', '/users/other', { as: root, body: { email: 'other@example.com' } })
    const refused = await accept({ secret }, other)
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'this invite to `acme` is for `ceo@example.com`, and the address of `other` is `other@example.com`; sign in with the other account, or ask `root` to invite `other` by name',
    ])
    const boss = await bed.person('boss', root)
    expect((await accept({ secret }, boss)).status).toBe(201)
  })

  test('who is a member already keeps their role, up and down', async () => {
    for (const [role, invited] of [
      ['member', 'owner'],
      ['owner', 'member'],
    ]) {
      const name = `already-${role}`
      const session = await bed.person(name, root)
      const { id } = await invite(name, { role: invited })
      await bed.must('PUT', `/organizations/acme/members/${name}`, { as: root, body: { role } })
      expect((await accept({ invite: id }, session)).body).toMatchObject({
        role,
        alreadyMember: true,
        message: `you are a member of \`acme\` already, and stay its ${role}`,
      })
      expect(await roleOf(name)).toBe(role)
    }
  })

  test('answers no invite with a token', async () => {
    const session = await bed.person('careful', root)
    const { id } = await invite('careful')
    const body = { kind: 'pat', label: 'p', repositories: [{ repository: '*', permissions: ['repo:admin'] }] }
    const pat = (await bed.must('POST', '/tokens', { as: session, body })).secrets[0].value
    expect((await accept({ invite: id }, pat)).body.message).toBe(
      'no token can answer invites; sign in with `wharden login` first',
    )
    expect((await bed.call('GET', '/invites', { as: pat })).status).toBe(403)
  })
})

describe('somebody without an account', () => {
  test('makes one by the link: account and membership, or neither', async () => {
    const { secret } = await invite('fresh@example.com', { role: 'auditor' })
    expect((await register(secret, 'root')).body).toMatchObject({ code: 'conflict' })
    expect((await register(secret, 'fresh')).body).toMatchObject({ user: 'fresh', role: 'auditor' })
    expect(await roleOf('fresh')).toBe('auditor')
    expect(await bed.must('GET', '/users/fresh', { as: root })).toMatchObject({ email: 'fresh@example.com' })
    expect((await register(secret, 'again')).status).toBe(410)
    expect((await bed.call('GET', '/users/again', { as: root })).status).toBe(404)
  })

  test('of ten who use one link at the same time one becomes a member', async () => {
    const { secret } = await invite('race@example.com')
    const before = await bed.house.store.read.users.count()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => register(secret, `racer-${index}`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(410)])
    expect(await bed.house.store.read.users.count()).toBe(before + 1)
  })

  test('can not take the place of somebody who was invited by name', async () => {
    await bed.must('POST', '/users', { as: root, body: { name: 'named' } })
    const { secret } = await invite('named')
    expect((await register(secret, 'impostor')).body.message).toBe(
      'this invite is for `named`, who has an account; sign in as `named` and accept it with `wharden invite accept`',
    )
  })
})

describe('a link says what became of it', () => {
  const lookUp = (secret: string) => bed.call('POST', '/invites/lookups', { body: { secret } })

  test.each([
    {
      what: 'expired',
      after: async () => bed.pass(DAY),
      says: `this invite to \`acme\` expired on 2026-11-22T10:00:00.000Z; ask \`root\` for a new one`,
    },
    {
      what: 'cancelled',
      after: async (id: string) => bed.must('DELETE', `/organizations/acme/invites/${id}`, { as: root }),
      says: 'this invite to `acme` was cancelled there; ask `root` if you think it should not have been',
    },
    {
      what: 'accepted',
      after: async (_id: string, secret: string) => register(secret, 'quick'),
      says: 'this invite to `acme` was accepted already; if that was you, sign in with `wharden login`',
    },
    {
      what: 'declined',
      after: async (_id: string, secret: string) =>
        bed.must('POST', '/invites/refusals', { body: { secret } }),
      says: 'this invite to `acme` was declined; if you want it after all, ask `root` for a new one',
    },
  ])('$what', async ({ what, after, says }) => {
    const { id, secret } = await invite(`${what}@example.com`, { expiresInDays: 1 })
    expect((await lookUp(secret)).body).toMatchObject({ id, organization: 'acme', role: 'member' })
    await after(id, secret)
    expect((await lookUp(secret)).status).toBe(410)
    for (const answer of [await lookUp(secret), await register(secret, 'late'), await declined(secret)])
      expect([answer.status, answer.body.message]).toEqual([410, says])
    const shown = await bed.must('GET', `/organizations/acme/invites/${id}`, { as: root })
    expect(shown.state).toBe(what)
  })

  const declined = (secret: string) => bed.call('POST', '/invites/refusals', { body: { secret } })

  test('replaced', async () => {
    const { id, secret } = await invite('again@example.com')
    const { invite: renewed, link } = await bed.must('POST', `/organizations/acme/invites/${id}/links`, {
      as: root,
      body: { expiresInDays: 30 },
    })
    expect(renewed).toMatchObject({ id, state: 'pending', expiresAt: '2026-12-22T10:00:00.000Z' })
    expect((await lookUp(secret)).body.message).toBe(
      'this link to `acme` was replaced on 2026-11-22T10:00:00.000Z; use the newest one, or ask `root` for it',
    )
    expect((await register(link.secret, 'again')).status).toBe(201)
    for (const [method, rest] of [
      ['POST', '/links'],
      ['DELETE', ''],
    ] as const) {
      const late = await bed.call(method, `/organizations/acme/invites/${id}${rest}`, { as: root, body: {} })
      expect([late.status, late.body.message]).toEqual([409, expect.stringContaining('it is accepted')])
    }
  })

  test('whatever never was one gets one answer', async () => {
    const made = 'whd_inv_KqTqaK9b1Dxm0YFrfJP6YM36GOZ4bW2vJoM9'
    const answers = await Promise.all(['guess', made, root].map(lookUp))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(404)
  })

  test('who let one expire can be invited anew', async () => {
    const first = await invite('twice@example.com', { expiresInDays: 1 })
    bed.pass(DAY)
    const second = await invite('twice@example.com')
    expect((await lookUp(first.secret)).body.message).toContain('expired on')
    expect((await register(second.secret, 'twice')).status).toBe(201)
  })

  test.each([0, 31, 1.5])('%s days are no time for one', async (expiresInDays) => {
    expect((await create({ invitees: ['x@example.com'], expiresInDays })).status).toBe(400)
  })
})

describe('nobody gives what they don’t hold', () => {
  test.each([
    { scope: 'scope-invite-read', list: 200, make: 403, cancel: 403 },
    { scope: 'scope-invite-edit', list: 200, make: 201, cancel: 204 },
    { scope: 'scope-member-edit', list: 403, make: 403, cancel: 403 },
  ])('$scope does just that', async ({ scope, list, make, cancel }) => {
    const as = await token([scope])
    const { id } = await invite(`${scope}@example.com`)
    expect((await bed.call('GET', '/organizations/acme/invites', { as })).status).toBe(list)
    expect((await create({ invitees: [`by-${scope}@example.com`] }, as)).status).toBe(make)
    expect((await bed.call('DELETE', `/organizations/acme/invites/${id}`, { as })).status).toBe(cancel)
    expect((await bed.call('GET', '/organizations/acme/members', { as })).status).toBe(
      scope === 'scope-member-edit' ? 200 : 403,
    )
  })

  test('a token invites members, and nobody who can more; nor gets it at an owner’s link', async () => {
    const as = await token(['scope-invite-edit'])
    for (const [role, status] of [
      ['member', 201],
      ['auditor', 403],
      ['editor', 403],
      ['owner', 403],
    ] as const)
      expect((await create({ invitees: [`as-${role}@example.com`], role }, as)).status).toBe(status)
    const { id } = await invite('chief@example.com', { role: 'owner' })
    const path = `/organizations/acme/invites/${id}/links`
    expect((await bed.call('POST', path, { as, body: {} })).status).toBe(403)
  })

  test('an owner’s invite outlives their being one', async () => {
    const temporary = await bed.person('temporary', root, { organization: 'acme', role: 'owner' })
    const { secret } = await invite('heir@example.com', { role: 'editor' }, temporary)
    await bed.must('DELETE', '/organizations/acme/members/temporary', { as: root })
    expect((await register(secret, 'heir')).body).toMatchObject({ role: 'editor' })
  })
})

describe('into a group', () => {
  test('comes who accepts; a group that is gone keeps nobody out', async () => {
    await bed.must('POST', '/organizations/acme/groups', { as: root, body: { name: 'devs' } })
    const [one, two] = [
      await invite('one@example.com', { group: 'devs' }),
      await invite('two@example.com', { group: 'devs' }),
    ]
    expect((await register(one.secret, 'one')).body).toMatchObject({ group: { name: 'devs', joined: true } })
    const { items } = await bed.must('GET', '/organizations/acme/groups/devs/members', { as: root })
    expect(items).toMatchObject([{ user: 'one' }])
    await bed.must('DELETE', '/organizations/acme/groups/devs', { as: root })
    expect((await register(two.secret, 'two')).body).toMatchObject({
      group: { name: 'devs', joined: false },
      message:
        'you are a member of `acme` now: its member; the group `devs` you were to come into is gone: ask an owner for another',
    })
    expect(await roleOf('two')).toBe('member')
    expect((await create({ invitees: ['three@example.com'], group: 'devs' })).status).toBe(404)
  })

  test('only by who could put them there, and holds what it gives', async () => {
    await bed.must('POST', '/organizations/acme/groups', { as: root, body: { name: 'writers' } })
    const path = '/organizations/acme/group-permissions/writers/samples/*'
    await bed.must('PUT', path, { as: root, body: { permission: 'write' } })
    const samples = [{ repository: 'samples/*', permissions: ['scope-image-push'] }]
    const tokens = [
      await token(['scope-invite-edit']),
      await token(['scope-invite-edit', 'scope-group-edit']),
      await token(['scope-invite-edit', 'scope-group-edit'], { repositories: samples }),
    ]
    const statuses: number[] = []
    for (const [index, as] of tokens.entries()) {
      const wish = { invitees: [`writer-${index}@example.com`], group: 'writers' }
      statuses.push((await create(wish, as)).status)
    }
    expect(statuses).toEqual([403, 403, 201])
  })
})

test('who is removed is no longer invited', async () => {
  const session = await bed.person('leaver', root)
  const { id } = await invite('leaver')
  await bed.must('PUT', '/organizations/acme/members/leaver', { as: root, body: { role: 'member' } })
  await bed.must('DELETE', '/organizations/acme/members/leaver', { as: root })
  expect((await accept({ invite: id }, session)).body.message).toContain('was cancelled')
  expect(await roleOf('leaver')).toBeUndefined()
})

test('before and after stand in the audit log, and no secret', async () => {
  const { id, secret } = await invite('audited@example.com', { role: 'editor' })
  const path = `/organizations/acme/invites/${id}`
  const { link } = await bed.must('POST', `${path}/links`, { as: root, body: { expiresInDays: 1 } })
  await register(link.secret, 'audited')
  const of = async (subject: string) =>
    (await bed.must('GET', `/audit?organization=acme&subject=${subject}`, { as: root })).items.map(
      ({ event, before, after, actor }: Answer['body']) => ({ event, before, after, by: actor.name }),
    )
  expect(await of('invite/acme/audited@example.com')).toEqual([
    {
      event: 'invite_accepted',
      before: { state: 'pending' },
      after: { state: 'accepted' },
      by: 'invite link',
    },
    {
      event: 'invite_resent',
      before: { expiresAt: '2026-11-30T10:00:00.000Z' },
      after: { expiresAt: '2026-11-24T10:00:00.000Z' },
      by: 'root',
    },
    {
      event: 'invite_created',
      before: null,
      after: { role: 'editor', group: null, expiresAt: '2026-11-30T10:00:00.000Z' },
      by: 'root',
    },
  ])
  expect(await of('member/acme/audited')).toEqual([
    {
      event: 'member_added',
      before: null,
      after: { role: 'editor', invite: id, invitedBy: 'root' },
      by: 'invite link',
    },
  ])
  const { items } = await bed.house.store.read.audit.list(bed.house.store.installation, { limit: 1_000 })
  for (const text of [secret, link.secret]) {
    expect(JSON.stringify(items)).not.toContain(text)
    expect(bed.logged()).not.toContain(text)
  }
})

describe('five thousand may wait', () => {
  const path = '/organizations/crowd/invites'
  const ask = async (...invitees: string[]) =>
    (await bed.must('POST', path, { as: root, body: { invitees } })).invitees
  const resend = (id: string) => bed.call('POST', `${path}/${id}/links`, { as: root, body: {} })

  /** As many more, who may answer for a day. @returns the id of one of them */
  async function fill(count: number): Promise<string> {
    const { store, clock } = bed.house
    const crowd = required(await store.read.organizations.byName(accountName('crowd')))
    const common = { role: 'member', group: undefined, invitedBy: 'root', expiresAt: clock() + DAY } as const
    const invites = Array.from({ length: count }, () => {
      const hash = randomBytes(32)
      const email = `${hash.toString('hex')}@example.com`
      return { ...common, hash, invitee: { type: 'email', email } as const }
    })
    let last: string | undefined
    for (let from = 0; from < count; from += 1_000) {
      const some = invites.slice(from, from + 1_000)
      const made = await store.change(crowd.id, SYSTEM, (tx) => tx.invites.create(crowd.id, some))
      last = made.at(-1)?.id
    }
    return required(last)
  }

  test('whoever is invited beyond hears the number; an expired one is not sent again while they do', async () => {
    await bed.must('POST', '/organizations', { as: root, body: { name: 'crowd' } })
    const filled = await fill(4_999)
    expect(await ask('last@example.com', 'beyond@example.com', 'last@example.com')).toMatchObject([
      { outcome: 'invited' },
      {
        outcome: 'too_many_pending',
        invite: null,
        message:
          '`beyond@example.com` was not invited: 5000 invites wait already, and no more may; cancel some, or ask again once they are answered',
      },
      { outcome: 'already_invited' },
    ])
    await bed.must('DELETE', `${path}/${filled}`, { as: root })
    const [{ outcome, invite }] = await ask('beyond@example.com')
    expect(outcome).toBe('invited')

    const expiring = required((await bed.must('GET', `${path}?state=pending&limit=1`, { as: root })).items[0])
    bed.pass(DAY)
    await fill(4_998)
    const again = await resend(expiring.id)
    expect([again.status, again.body.message]).toEqual([
      409,
      '5000 invites to `crowd` wait already, and no more may; cancel some, or send this one again once they are answered',
    ])
    expect((await resend(invite.id)).status).toBe(201)
  })
})

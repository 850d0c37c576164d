import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const PAT = { kind: 'pat', label: 'p', repositories: [{ repository: '*', permissions: ['repo:read'] }] }

describe('a user who is deleted', () => {
  test('is gone with sessions, personal tokens, memberships and groups; what they made for others stays', async () => {
    const ann = await bed.person('ann', root, { organization: 'acme', role: 'owner' })
    const pat = (await bed.must('POST', '/tokens', { as: ann, body: PAT })).secrets[0].value
    const oat = (
      await bed.must('POST', '/tokens', {
        as: ann,
        body: { kind: 'oat', organization: 'acme', label: 'ci', organizationScopes: ['scope-member-read'] },
      })
    ).secrets[0].value
    await bed.must('POST', '/organizations/acme/groups', { as: ann, body: { name: 'web' } })
    await bed.must('PUT', '/organizations/acme/groups/web/members/ann', { as: ann })
    await bed.must('DELETE', '/users/ann', { as: root })
    for (const as of [ann, pat]) expect((await bed.call('GET', '/organizations', { as })).status).toBe(401)
    const members = await bed.must('GET', '/organizations/acme/members', { as: oat })
    expect(members.items.map(({ user }: { user: string }) => user)).toEqual(['root'])
    expect((await bed.must('GET', '/organizations/acme/groups/web', { as: root })).members).toBe(0)
    const { items } = await bed.must('GET', '/audit?subject=user/ann&event=user_deleted', { as: root })
    expect(items[0].before).toMatchObject({ displayName: 'ann', organizations: ['acme'] })
    const left = await bed.must('GET', '/audit?organization=acme&subject=member/acme/ann', { as: root })
    expect(left.items[0]).toMatchObject({
      event: 'member_removed',
      before: { role: 'owner', groups: ['web'] },
    })
    // The name is free, and whoever takes it next is somebody else.
    const again = await bed.person('ann', root)
    expect((await bed.call('GET', '/organizations/acme', { as: again })).status).toBe(404)
  })

  test('disabled instead, leaves organizations without an active owner, which is said and written down there', async () => {
    const cy = await bed.person('cy', root)
    await bed.must('PATCH', '/users/cy', { as: root, body: { installationAdministrator: true } })
    for (const name of ['cys', 'shared']) await bed.must('POST', '/organizations', { as: cy, body: { name } })
    await bed.must('PUT', '/organizations/shared/members/root', { as: cy, body: { role: 'owner' } })
    const status = async (to: string) =>
      (await bed.must('PATCH', '/users/cy', { as: root, body: { status: to } })).withoutActiveOwner
    expect([await status('disabled'), await status('disabled'), await status('active')]).toEqual([
      ['cys'],
      [],
      [],
    ])
    const events = async (organization: string) => {
      const path = `/audit?organization=${organization}&subject=member/${organization}/cy`
      const { items } = await bed.must('GET', path, { as: cy })
      return items.map(({ event, before, after }: Record<string, unknown>) => ({ event, before, after }))
    }
    expect(await events('cys')).toMatchObject([
      {
        event: 'member_updated',
        before: { role: 'owner', status: 'active' },
        after: { role: 'owner', status: 'disabled', activeOwners: 0 },
      },
      { event: 'member_added' },
    ])
    expect(await events('shared')).toMatchObject([{ event: 'member_added' }])
    await bed.must('PATCH', '/users/cy', { as: root, body: { installationAdministrator: false } })
  })

  test('is not an organization’s only owner, nor the last administrator', async () => {
    const bob = await bed.person('bob', root)
    await bed.must('PATCH', '/users/bob', { as: root, body: { installationAdministrator: true } })
    await bed.must('POST', '/organizations', { as: bob, body: { name: 'bobs' } })
    const owner = await bed.call('DELETE', '/users/bob', { as: root })
    expect([owner.status, owner.body.message]).toEqual([
      409,
      'this is the last owner of `bobs`; make somebody else an owner first, then try again',
    ])
    expect((await bed.call('GET', '/organizations/bobs', { as: bob })).status).toBe(200)
    await bed.must('PUT', '/organizations/bobs/members/root', { as: bob, body: { role: 'owner' } })
    await bed.must('PATCH', '/users/bob', { as: root, body: { installationAdministrator: false } })
    await bed.must('PUT', '/organizations/acme/members/bob', { as: root, body: { role: 'owner' } })
    const last = await bed.call('DELETE', '/users/root', { as: root })
    expect([last.status, last.body.message]).toEqual([
      409,
      'this is the last active installation administrator; make another one first, then try again',
    ])
    await bed.must('DELETE', '/users/bob', { as: root })
  })
})

describe('an organization that is deleted', () => {
  test('wants its name repeated, by an owner or an administrator', async () => {
    const eve = await bed.person('eve', root, { organization: 'acme', role: 'editor' })
    const as = (secret: string, confirm: string) =>
      bed.call('DELETE', '/organizations/acme', { as: secret, body: { confirm } })
    expect((await as(eve, 'acme')).status).toBe(403)
    const refused = await as(root, 'acne')
    expect([refused.status, refused.body.data.field]).toEqual([400, 'confirm'])
    expect((await bed.call('GET', '/organizations/acme', { as: root })).status).toBe(200)
  })

  test('goes with all it has; its log stays, and the installation’s says that it went', async () => {
    const fay = await bed.person('fay', root)
    await bed.must('POST', '/organizations', { as: root, body: { name: 'gone' } })
    const gone = (rest: string) => `/organizations/gone${rest}`
    await bed.must('PUT', gone('/members/fay'), { as: root, body: { role: 'owner' } })
    await bed.must('POST', gone('/repositories'), { as: fay, body: { name: 'app' } })
    await bed.must('POST', gone('/groups'), { as: fay, body: { name: 'web' } })
    await bed.must('PUT', gone('/group-permissions/web/app'), { as: fay, body: { permission: 'read' } })
    await bed.must('PUT', gone('/groups/web/members/fay'), { as: fay })
    const rights = {
      type: 'repositories',
      repositories: [{ repository: 'app', permissions: ['content/read'] }],
    }
    const device = { kind: 'registry-token', organization: 'gone', name: 'device', rights }
    await bed.must('POST', '/tokens', { as: fay, body: device })
    const oat = (
      await bed.must('POST', '/tokens', {
        as: fay,
        body: { kind: 'oat', organization: 'gone', label: 'ci', organizationScopes: ['scope-member-read'] },
      })
    ).secrets[0].value
    const { id } = await bed.house.store.read.organizations
      .list({ limit: 100 })
      .then(({ items }) => items.find(({ name }) => name === 'gone') ?? { id: undefined })
    await bed.must('DELETE', gone(''), { as: fay, body: { confirm: 'gone' } })
    expect((await bed.call('GET', '/organizations', { as: oat })).status).toBe(401)
    expect((await bed.call('GET', gone(''), { as: fay })).status).toBe(404)
    expect((await bed.must('GET', '/organizations', { as: fay })).items).toEqual([])
    const { items } = await bed.must('GET', '/audit?event=organization_deleted', { as: root })
    expect(items[0]).toMatchObject({
      subject: 'organization/gone',
      before: { id, displayName: 'gone', repositories: 1 },
    })
    if (id === undefined) throw new Error('it was there')
    const { audit } = bed.house.store.read
    expect((await audit.list(id, { limit: 1 })).items[0]?.type).toBe('organization_deleted')
    expect(await audit.verify(id)).toMatchObject({ type: 'intact' })
    const log = await bed.must('GET', `/audit?organization=${id}&limit=1`, { as: root })
    expect(log.items[0].event).toBe('organization_deleted')
    const whole = await bed.must('GET', `/audit/verification?organization=${id}`, { as: root })
    expect(whole.type).toBe('intact')
    expect((await bed.call('GET', `/audit?organization=${id}`, { as: fay })).status).toBe(404)
    // The name is free, and the new one has nothing of the old.
    await bed.must('POST', '/organizations', { as: root, body: { name: 'gone' } })
    expect((await bed.must('GET', gone('/groups'), { as: root })).items).toEqual([])
    expect((await bed.call('GET', gone(''), { as: fay })).status).toBe(404)
  })
})

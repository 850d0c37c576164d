import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '@wharden/policy'
import type { ActivityRecord } from '../../stores/metadata/port/logs.ts'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string
let member: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  member = await bed.person('member', root, { organization: 'acme', role: 'member' })
})
afterAll(() => bed.close())

describe('the audit log', () => {
  test('tells who did what, from where, and what it was before', async () => {
    await bed.must('PATCH', '/organizations/acme', {
      as: root,
      body: { displayName: 'Acme Inc' },
      from: '203.0.113.5',
    })
    const [event] = (await bed.must('GET', '/audit?organization=acme&limit=1', { as: root })).items
    expect(event).toMatchObject({
      event: 'organization_updated',
      actor: { type: 'user', name: 'root' },
      subject: 'organization/acme',
      address: '203.0.113.5',
      before: { displayName: 'acme' },
      after: { displayName: 'Acme Inc' },
    })
  })

  test('is asked by event, actor, subject and time, page by page', async () => {
    for (const name of ['one', 'two', 'three']) {
      bed.pass(1_000)
      await bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name } })
    }
    const since = new Date(bed.house.clock() - 1_000).toISOString()
    const until = new Date(bed.house.clock()).toISOString()
    const list = async (query: string) =>
      (await bed.must('GET', `/audit?organization=acme&${query}`, { as: root })).items.map(
        ({ subject }: { subject: string }) => subject,
      )
    expect(await list('event=repository_created')).toEqual([
      'repository/acme/three',
      'repository/acme/two',
      'repository/acme/one',
    ])
    expect(await list(`event=repository_created&since=${since}`)).toEqual([
      'repository/acme/three',
      'repository/acme/two',
    ])
    expect(await list(`event=repository_created&since=${since}&until=${until}`)).toEqual([
      'repository/acme/two',
    ])
    expect(await list('subject=repository/acme/one')).toEqual(['repository/acme/one'])
    expect(await list('actor=nobody')).toEqual([])
    const sequences: number[] = []
    let after = ''
    do {
      const page = await bed.must('GET', `/audit?organization=acme&limit=2${after}`, { as: root })
      sequences.push(...page.items.map(({ sequence }: { sequence: number }) => sequence))
      after = page.next === null ? '' : `&after=${page.next}`
    } while (after !== '')
    expect(sequences).toEqual(
      Array.from({ length: sequences.length }, (_, index) => sequences.length - index),
    )
  })

  test('is asked by text, and by the id or the token of who did it', async () => {
    const { token, secrets } = await bed.must('POST', '/tokens', {
      as: root,
      body: {
        kind: 'pat',
        label: 'laptop',
        repositories: [{ repository: '*', permissions: ['repo:admin'] }],
        expiresAt: null,
      },
    })
    await bed.must('POST', '/organizations/acme/repositories', {
      as: secrets[0].value,
      body: { name: 'elsewhere', description: 'Somewhere Else' },
    })
    const list = async (query: string) =>
      (await bed.must('GET', `/audit?organization=acme&${query}`, { as: root })).items
    const [event] = await list('text=somewhere%20ELSE')
    expect(event.actor).toEqual({
      type: 'user',
      id: expect.any(String),
      name: 'root',
      credential: token.id,
      credentialName: 'laptop',
    })
    for (const actor of ['laptop', token.id]) expect(await list(`actor=${actor}`)).toEqual([event])
    expect((await list(`actor=${event.actor.id}`))[0]).toEqual(event)
    expect(await list('text=nobody-wrote-this')).toEqual([])
  })

  test('proves that it is whole, for an organization and for the installation', async () => {
    for (const query of ['?organization=acme', '']) {
      expect(await bed.must('GET', `/audit/verification${query}`, { as: root })).toMatchObject({
        type: 'intact',
      })
    }
  })
})

describe('the activity log', () => {
  const ids = async () => {
    const [acme] = (await bed.house.store.read.organizations.list({ limit: 1 })).items
    const { items } = await bed.house.store.read.users.list({ limit: 10 })
    return { acme: acme?.id, member: items.find(({ name }) => String(name) === 'member')?.id }
  }

  const row = (
    organization: OrganizationId | undefined,
    fields: Partial<ActivityRecord>,
  ): ActivityRecord => ({
    at: bed.house.clock(),
    type: 'pull',
    organization,
    credential: undefined,
    user: undefined,
    repository: 'acme/app',
    reference: 'latest',
    digest: undefined,
    bytes: 10,
    address: '192.0.2.1',
    userAgent: 'docker/28',
    decision: undefined,
    detail: {},
    ...fields,
  })

  const record = (...rows: readonly ActivityRecord[]) =>
    bed.house.store.write((tx) => tx.activity.insertBatch(rows, 0))

  test('shows what happened and what was refused in one order, page by page', async () => {
    const { acme, member: user } = await ids()
    for (let index = 0; index < 3; index += 1) {
      bed.pass(1_000)
      await record(row(acme, { user, reference: `v${index}` }))
      bed.pass(1_000)
      await bed.call('PATCH', '/organizations/acme', { as: member, body: { displayName: `no ${index}` } })
      await bed.call('PUT', '/organizations/acme/policies/sign-in', { as: member, body: { policy: {} } })
      await bed.house.recorder.flush()
    }
    const seen: string[] = []
    let after = ''
    do {
      const page = await bed.must('GET', `/activity?organization=acme&limit=2${after}`, { as: root })
      seen.push(
        ...page.items.map(
          ({ type, outcome, principal, at }: Record<string, string>) =>
            `${at} ${type} ${outcome} ${principal}`,
        ),
      )
      after = page.next === null ? '' : `&after=${page.next}`
    } while (after !== '')
    expect(seen).toEqual([...seen].sort().reverse())
    expect(seen.filter((line) => line.endsWith('pull allow member'))).toHaveLength(3)
    expect(seen.filter((line) => line.endsWith('refusal deny member')).length).toBeGreaterThanOrEqual(2)
  })

  test('is asked by type, outcome, person and time', async () => {
    const list = async (query: string) =>
      (await bed.must('GET', `/activity?organization=acme&${query}`, { as: root })).items
    expect(new Set((await list('outcome=deny')).map(({ type }: { type: string }) => type))).toEqual(
      new Set(['refusal']),
    )
    expect((await list('type=pull')).map(({ reference }: { reference: string }) => reference)).toEqual([
      'v2',
      'v1',
      'v0',
    ])
    expect(await list('principal=root')).toEqual([])
    expect(await list(`until=2020-01-01T00:00:00.000Z`)).toEqual([])
  })

  test('names a token that was deleted since by the name it had', async () => {
    const { acme } = await ids()
    const body = { kind: 'oat', organization: 'acme', label: 'short-lived' }
    const issued = await bed.must('POST', '/tokens', { as: root, body })
    const { id } = issued.token
    await record(row(acme, { credential: id, reference: 'by-the-deleted' }))
    const refused = await bed.call('PATCH', '/organizations/acme', { as: issued.secrets[0].value, body: {} })
    await bed.house.recorder.flush()
    await bed.must('DELETE', `/tokens/${id}`, { as: root })
    const path = '/activity?organization=acme&principal=short-lived'
    const { items } = await bed.must('GET', path, { as: root })
    expect(items.map(({ type }: { type: string }) => type).sort()).toEqual(['pull', 'refusal'])
    const decision = await bed.must('GET', `/decisions/${refused.body.data.decision}`, { as: root })
    expect(decision.principal).toContain('short-lived')
  })

  test('of no organization shows what belongs to none, and nothing else', async () => {
    await record(row(undefined, { repository: 'docker.io/library/nginx' }))
    const { items } = await bed.must('GET', '/activity', { as: root })
    const pulls = items.filter(({ type }: { type: string }) => type === 'pull')
    expect(pulls.map(({ resource }: { resource: string }) => resource)).toEqual(['docker.io/library/nginx'])
  })
})

describe('an explanation', () => {
  test('is for the one it is about and for those who watch the organization; to others it isn’t there', async () => {
    const refused = await bed.call('GET', '/audit?organization=acme', { as: member })
    const { decision } = refused.body.data
    expect(refused.body.message).toContain(decision)
    const auditor = await bed.person('auditor', root, { organization: 'acme', role: 'auditor' })
    const editor = await bed.person('editor', root, { organization: 'acme', role: 'editor' })
    const explain = async (as: string) => (await bed.call('GET', `/decisions/${decision}`, { as })).status
    expect([
      await explain(member),
      await explain(root),
      await explain(auditor),
      await explain(editor),
    ]).toEqual([200, 200, 200, 404])
    expect((await bed.call('GET', '/decisions/000000000000', { as: root })).status).toBe(404)
    expect((await bed.must('GET', `/decisions/${decision}`, { as: member })).reasons).toMatchObject([
      { type: 'grant' },
    ])
  })
})

test('a repository that is gone leaves its rules dead, and its name to be read', async () => {
  const body = {
    kind: 'oat',
    organization: 'acme',
    label: 'ci',
    repositories: [{ repository: 'short-lived', permissions: ['scope-image-push'] }],
  }
  await bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name: 'short-lived' } })
  const { token, secrets } = await bed.must('POST', '/tokens', { as: root, body })
  const show = async () =>
    (await bed.call('GET', '/organizations/acme/repositories/short-lived', { as: secrets[0].value })).status
  expect(await show()).toBe(200)
  await bed.must('DELETE', '/organizations/acme/repositories/short-lived', { as: root })
  await bed.must('POST', '/organizations/acme/repositories', { as: root, body: { name: 'short-lived' } })
  expect(await show()).toBe(404)
  expect((await bed.must('GET', `/tokens/${token.id}`, { as: root })).repositories).toEqual(body.repositories)
})

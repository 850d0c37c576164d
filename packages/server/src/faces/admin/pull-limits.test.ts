import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const create = async (fields: object = {}) => {
  const body = { kind: 'oat', organization: 'acme', label: 'ci', publicRepositories: true, ...fields }
  return (await bed.must('POST', '/tokens', { as: root, body })).token
}
const change = (id: string, body: object) => bed.call('PATCH', `/tokens/${id}`, { as: root, body })

test('a token has no limit unless it is given one', async () => {
  expect(await create()).toMatchObject({ pullLimit: null, pullUsage: null })
})

test('a limit is given, changed, left alone and taken away, and the audit log says so, without counting pulls', async () => {
  const { id } = await create({ pullLimit: 100 })
  expect((await change(id, { pullLimit: 7 })).body).toMatchObject({ pullLimit: 7 })
  expect((await change(id, { label: 'other' })).body).toMatchObject({ pullLimit: 7 })
  expect((await change(id, { pullLimit: null })).body).toMatchObject({ pullLimit: null, pullUsage: null })
  const { items } = await bed.must('GET', `/audit?organization=acme&subject=token/${id}`, { as: root })
  const limits = items.map(({ before, after }: { before: object | null; after: object }) => [before, after])
  expect(limits).toMatchObject([
    [{ pullLimit: 7 }, { pullLimit: null }],
    [{ pullLimit: 7 }, { pullLimit: 7 }],
    [{ pullLimit: 100 }, { pullLimit: 7 }],
    [null, { pullLimit: 100 }],
  ])
  expect(JSON.stringify(items)).not.toContain('pullUsage')
})

test('what is used of it is shown, until the window is over', async () => {
  const { id } = await create({ pullLimit: 3 })
  const shown = async () => (await bed.must('GET', `/tokens/${id}`, { as: root })).pullUsage
  expect(await shown()).toEqual({ used: 0, resetsAt: null })
  const now = bed.house.clock()
  for (let pull = 0; pull < 2; pull += 1)
    await bed.house.store.single.pullCounts.take(`credential:${id}`, { limit: 3, now, after: 0 })
  expect(await shown()).toEqual({ used: 2, resetsAt: '2026-11-21T16:00:00.000Z' })
  bed.pass(6 * 3_600_000)
  expect(await shown()).toEqual({ used: 0, resetsAt: null })
})

test.each([
  { pullLimit: 0, field: 'pullLimit' },
  { pullLimit: 1.5, field: 'pullLimit' },
  { pullLimit: -1, field: 'pullLimit' },
  { pullLimit: 2_000_000_000, field: 'pullLimit' },
])('$pullLimit is no limit', async ({ pullLimit, field }) => {
  const { id } = await create()
  const { status, body } = await change(id, { pullLimit })
  expect([status, body.data]).toEqual([400, { field }])
})

test('tokens of other kinds have none', async () => {
  const body = { kind: 'pat', label: 'mine', repositories: [{ repository: '*', permissions: ['repo:read'] }] }
  const { token } = await bed.must('POST', '/tokens', { as: root, body })
  expect((await change(token.id, { pullLimit: 5 })).body.data).toEqual({ field: 'pullLimit' })
})

test('an organization limits its people, and strangers', async () => {
  const set = (body: object) => bed.must('PATCH', '/organizations/acme', { as: root, body })
  expect(await set({ userPullLimit: 200 })).toMatchObject({ userPullLimit: 200, anonymousPullLimit: null })
  expect(await set({ anonymousPullLimit: 100 })).toMatchObject({
    userPullLimit: 200,
    anonymousPullLimit: 100,
  })
  expect(await set({ userPullLimit: null })).toMatchObject({ userPullLimit: null, anonymousPullLimit: 100 })
})

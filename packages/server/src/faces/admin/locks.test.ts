/** Locks as the administration API sets and shows them; what they forbid is `packages/server/test/locks.test.ts`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'
import { DIGEST, makeImage } from '../../../test/make-image.ts'

let bed: AdminBed
let root: string
let count = 0

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
})
afterAll(() => bed.close())

const OPEN = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }
const digest = DIGEST

/** A repository with one manifest and two tags of it. @returns its name, and the path of its locks */
async function make(): Promise<{ readonly name: string; readonly path: string }> {
  const name = `samples/app${(count += 1)}`
  await makeImage(bed.house, name, ['v1', 'v2'])
  return { name, path: `/organizations/acme/repository-locks/${name}` }
}

const locksOf = async (path: string, query = '') =>
  (await bed.must('GET', `${path}${query}`, { as: root })).changeableAttributes

describe('what is locked is what was named, and nothing beside it', () => {
  test.each([
    ['repository', {}, '', { tag: null, digest: null }],
    ['tag', { tag: 'v1' }, '?tag=v1', { tag: 'v1', digest }],
    ['manifest', { digest }, `?digest=${digest}`, { tag: null, digest }],
  ] as const)('%s', async (on, reference, query, named) => {
    const { name, path } = await make()
    const all = ['', '?tag=v1', '?tag=v2', `?digest=${digest}`]
    const locked = await bed.must('PATCH', path, { as: root, body: { ...reference, writeEnabled: false } })
    const shown = { organization: 'acme', repository: name, on, ...named }
    expect(locked).toEqual({ ...shown, changeableAttributes: { ...OPEN, writeEnabled: false } })
    for (const one of all)
      expect(await locksOf(path, one)).toEqual(one === query ? { ...OPEN, writeEnabled: false } : OPEN)
    await bed.must('PATCH', path, { as: root, body: { ...reference, readEnabled: false } })
    expect(await locksOf(path, query)).toEqual({ ...OPEN, writeEnabled: false, readEnabled: false })
    await bed.must('PATCH', path, { as: root, body: { ...reference, ...OPEN } })
    expect(await locksOf(path, query)).toEqual(OPEN)
  })
})

test('a repository and its tags are shown with their locks', async () => {
  const { name, path } = await make()
  await bed.must('PATCH', path, { as: root, body: { deleteEnabled: false } })
  await bed.must('PATCH', path, { as: root, body: { tag: 'v2', readEnabled: false } })
  expect(await bed.must('GET', `/organizations/acme/repositories/${name}`, { as: root })).toMatchObject({
    changeableAttributes: { ...OPEN, deleteEnabled: false },
  })
  const tags = await bed.must('GET', `/organizations/acme/repository-tags/${name}`, { as: root })
  expect(tags.items).toMatchObject([
    { name: 'v1', changeableAttributes: OPEN },
    { name: 'v2', changeableAttributes: { ...OPEN, readEnabled: false } },
  ])
})

test('what lists hide is still found by its name, and brought back', async () => {
  const { name, path } = await make()
  const tags = async () =>
    (await bed.must('GET', `/organizations/acme/repository-tags/${name}`, { as: root })).items
  await bed.must('PATCH', path, { as: root, body: { tag: 'v1', listEnabled: false } })
  expect(await tags()).toMatchObject([{ name: 'v2' }])
  await bed.must('PATCH', path, { as: root, body: { tag: 'v1', listEnabled: true } })
  expect(await tags()).toHaveLength(2)
})

test('the audit log says what was locked, before and after', async () => {
  const { name, path } = await make()
  await bed.must('PATCH', path, { as: root, body: { writeEnabled: false } })
  await bed.must('PATCH', path, { as: root, body: { tag: 'v1', deleteEnabled: false } })
  await bed.must('PATCH', path, { as: root, body: { digest, readEnabled: false } })
  const { items } = await bed.must('GET', '/audit?organization=acme&event=lock_updated&limit=3', { as: root })
  const before = OPEN
  expect(items).toMatchObject([
    { subject: `repository/acme/${name}@${digest}`, before, after: { ...OPEN, readEnabled: false } },
    { subject: `repository/acme/${name}:v1`, before, after: { ...OPEN, deleteEnabled: false } },
    { subject: `repository/acme/${name}`, before, after: { ...OPEN, writeEnabled: false } },
  ])
})

test.each([
  ['nothing to change', { tag: 'v1' }, 400, 'writeEnabled'],
  ['a misspelt attribute alone', { writeEnable: false }, 400, 'writeEnabled'],
  ['a tag and a digest', { tag: 'v1', digest, writeEnabled: false }, 400, 'digest'],
  ['no tag', { tag: '-v1', writeEnabled: false }, 400, 'tag'],
  ['no digest', { digest: 'sha256:1', writeEnabled: false }, 400, 'digest'],
  ['a word for a boolean', { writeEnabled: 'false' }, 400, 'writeEnabled'],
  ['an unknown tag', { tag: 'v9', writeEnabled: false }, 404, undefined],
  ['an unknown digest', { digest: `sha256:${'b'.repeat(64)}`, writeEnabled: false }, 404, undefined],
] as const)('%s is refused, and recorded nowhere', async (_, body, status, field) => {
  const { path } = await make()
  const log = async () => (await bed.must('GET', '/audit?organization=acme&limit=1', { as: root })).items
  const before = await log()
  const answer = await bed.call('PATCH', path, { as: root, body })
  expect(answer.status).toBe(status)
  if (field !== undefined) expect(answer.body.data.field).toBe(field)
  expect(await log()).toEqual(before)
})

describe('whoever may write metadata on the repository may lock and unlock it, locked or not', () => {
  const PERMISSIONS = [
    'content/read',
    'content/write',
    'content/delete',
    'metadata/read',
    'metadata/write',
  ] as const

  test.each(PERMISSIONS)('a registry token with %s', async (permission) => {
    const { name, path } = await make()
    await bed.must('PATCH', path, { as: root, body: { ...OPEN, writeEnabled: false, readEnabled: false } })
    const permissions = [permission]
    const rights = { type: 'repositories', repositories: [{ repository: name, permissions }] }
    const token = { kind: 'registry-token', organization: 'acme', name: `token-${count}`, rights }
    const { secrets } = await bed.must('POST', '/tokens', { as: root, body: token })
    const change = await bed.call('PATCH', path, { as: secrets[0].value, body: { writeEnabled: true } })
    const other = await make()
    const elsewhere = await bed.call('PATCH', other.path, {
      as: secrets[0].value,
      body: { writeEnabled: true },
    })
    const may = permission === 'metadata/write'
    expect([change.status, elsewhere.status]).toEqual([may ? 200 : expect.toBeOneOf([403, 404]), 404])
    expect(await locksOf(path)).toMatchObject({ writeEnabled: may })
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAdminBed, type AdminBed } from '../../../test/admin-bed.ts'
import { DIGEST, makeImage } from '../../../test/make-image.ts'

const PATH = '/organizations/acme/repository-images/samples/app'

let bed: AdminBed
let root: string

beforeAll(async () => {
  bed = await openAdminBed()
  root = await bed.setUp()
  await makeImage(bed.house, 'samples/app', ['v1', 'v2', 'v3'])
})
afterAll(() => bed.close())

const tags = async (query = '') => {
  const { items } = await bed.must('GET', `${PATH}${query}`, { as: root })
  return items.map((image: { readonly tags: readonly string[] }) => image.tags)
}

test('an image is listed with its tags, in any order', async () => {
  const { items, next } = await bed.must('GET', PATH, { as: root })
  expect(next).toBeNull()
  expect(items).toEqual([
    {
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      configMediaType: null,
      architecture: null,
      os: null,
      size: 0,
      tags: ['v1', 'v2', 'v3'],
      changeableAttributes: {
        deleteEnabled: true,
        writeEnabled: true,
        readEnabled: true,
        listEnabled: true,
      },
      createdAt: expect.stringMatching(/Z$/),
    },
  ])
  for (const order of ['digest', 'oldest', 'newest'])
    expect(await tags(`?order=${order}&limit=1`)).toHaveLength(1)
})

test('a tag goes by itself; an image with all its tags; a locked one stays', async () => {
  await bed.must('DELETE', PATH, { as: root, body: { tag: 'v1' } })
  expect(await tags()).toEqual([['v2', 'v3']])
  const locks = '/organizations/acme/repository-locks/samples/app'
  await bed.must('PATCH', locks, { as: root, body: { tag: 'v2', deleteEnabled: false } })
  const locked = await bed.call('DELETE', PATH, { as: root, body: { digest: DIGEST } })
  expect([locked.status, locked.body.message]).toEqual([403, expect.stringContaining('is locked')])
  await bed.must('PATCH', locks, { as: root, body: { tag: 'v2', deleteEnabled: true } })
  await bed.must('DELETE', PATH, { as: root, body: { digest: DIGEST } })
  expect(await tags()).toEqual([])
})

test.each([
  [{ tag: 'v9' }, 404, 'has no such tag or manifest'],
  [{}, 400, 'name a tag or a digest, and not both'],
  [{ tag: 'v9', digest: DIGEST }, 400, 'name a tag or a digest, and not both'],
])('deleting %o is answered with %d', async (body, status, message) => {
  const answer = await bed.call('DELETE', PATH, { as: root, body })
  expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
})

/** OCI distribution 1.1, "Content Discovery": tags, referrers, and the catalog. */
import { parseNextLink } from '@wharden/oci'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, READ, type Issued } from './fixtures.ts'
import {
  content,
  demand,
  image,
  index,
  newBlob,
  OCI_INDEX,
  pushBlob,
  putManifest,
  type Document,
} from './images.ts'

const EMPTY = content('{}')

describeOnEachDatabase('lists', (server) => {
  let ci: Issued
  beforeAll(async () => {
    for (const name of ['acme', 'other']) await server().organization(name)
    ci = await server().oat('acme', { '*': ALL })
  })

  const send = (method: string, path: string, sent: Sent = {}) =>
    server().send(method, path, { as: ci, ...sent })

  async function put(repository: string, manifest: Document, tag?: string): Promise<Answer> {
    demand(await pushBlob(server(), repository, EMPTY, { as: ci }), 201)
    return demand(
      await putManifest(server(), repository, manifest, { as: ci, ...(tag !== undefined && { tag }) }),
      201,
    )
  }

  /** Everything, page after page, as the `Link`s lead. */
  async function follow(path: string, pick: (page: Answer) => readonly string[], sent: Sent = {}) {
    const pages: (readonly string[])[] = []
    for (let next: string | undefined = path; next !== undefined;) {
      const page: Answer = demand(await send('GET', next, sent), 200)
      pages.push(pick(page))
      next = parseNextLink(String(page.headers.link ?? ''))
    }
    return pages
  }
  const tagsOf = ({ json }: Answer): readonly string[] => json.tags
  const namesOf = ({ json }: Answer): readonly string[] => json.repositories

  describe('tags', () => {
    // Every sort of character a tag may have; in byte order, which no locale sorts alike.
    const TAGS = [
      '1',
      '10',
      '2',
      'A',
      'V1',
      'Z',
      '_',
      '_a',
      'a',
      'a-b',
      'a.b',
      'a_c',
      'ab',
      'b',
      'v1',
      'v1-2',
      'v1.0',
    ]
    beforeAll(async () => {
      const manifest = image()
      for (const tag of TAGS.toReversed()) await put('acme/tags', manifest, tag)
    })

    it('all of them, in byte order', async () => {
      const answer = await send('GET', '/v2/acme/tags/tags/list')
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
      expect(answer.json).toEqual({ name: 'acme/tags', tags: TAGS })
      expect(answer.headers.link).toBeUndefined()
    })

    it.each([1, 2, 5, 16, 17, 100])('page by page, %i at a time', async (n) => {
      const pages = await follow(`/v2/acme/tags/tags/list?n=${n}`, tagsOf)
      expect(pages.flat()).toEqual(TAGS)
      expect(pages.slice(0, -1).every((page) => page.length === n)).toBe(true)
    })

    it.each([
      ['n=0', 200, []],
      ['n=3&last=a', 200, ['a-b', 'a.b', 'a_c']],
      ['last=nothing', 200, ['v1', 'v1-2', 'v1.0']],
      ['last=zzz', 200, []],
      ['last=', 200, TAGS],
      ['n=99999999999999999999', 200, TAGS],
      ['n=', 400, undefined],
      ['n=-1', 400, undefined],
      ['n=1.5', 400, undefined],
      ['n=x', 400, undefined],
      ['n=0x10', 400, undefined],
      [`last=${'x'.repeat(256)}`, 400, undefined],
      ['last=%00', 400, undefined],
    ] as const)('?%s is %i', async (query, status, tags) => {
      const answer = await send('GET', `/v2/acme/tags/tags/list?${query}`)
      expect(answer.status).toBe(status)
      expect(answer.json.tags).toEqual(tags)
      if (status === 400) expect(answer.json.errors[0].code).toBe('PAGINATION_NUMBER_INVALID')
      if (tags?.length === 0) expect(answer.headers.link).toBeUndefined()
    })

    it.each([
      'acme/tags-list/tags/list',
      'acme/manifests',
      'acme/blobs/uploads',
      'acme/tags/list/x',
      'acme/a__b.c-d--e/f1',
    ])('under the odd name %s', async (name) => {
      await put(name, image(), 'latest')
      const answer = await send('GET', `/v2/${name}/tags/list`)
      expect(answer.json).toEqual({ name, tags: ['latest'] })
      demand(await send('GET', `/v2/${name}/manifests/latest`), 200)
    })

    it('a tag called `list`, and one called `latest` in a repository called `tags`', async () => {
      await put('acme/tags/tags', image(), 'list')
      expect((await send('GET', '/v2/acme/tags/tags/tags/list')).json.tags).toEqual(['list'])
      demand(await send('GET', '/v2/acme/tags/tags/manifests/list'), 200)
    })

    it('none is an empty list; no repository is 404', async () => {
      demand(await pushBlob(server(), 'acme/tagless', EMPTY, { as: ci }), 201)
      expect((await send('GET', '/v2/acme/tagless/tags/list')).json).toEqual({
        name: 'acme/tagless',
        tags: [],
      })
      expect(await send('GET', '/v2/acme/never/tags/list')).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'NAME_UNKNOWN' }] },
      })
    })

    it('one that is not to be listed isn’t, and can be pulled', async () => {
      await put('acme/hidden', image(), 'shown')
      await put('acme/hidden', image(), 'kept')
      await server().lock('acme', 'hidden', { listEnabled: false }, 'kept')
      expect((await send('GET', '/v2/acme/hidden/tags/list')).json.tags).toEqual(['shown'])
      demand(await send('GET', '/v2/acme/hidden/manifests/kept'), 200)
    })
  })

  describe('referrers', () => {
    const subject = image({ extra: { annotations: { of: 'the subject' } } })
    const about = { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length }
    const sbom = image({
      configType: 'application/vnd.oci.empty.v1+json',
      extra: { artifactType: 'application/vnd.example.sbom', subject: about, annotations: { a: '1' } },
    })
    const signature = image({ configType: 'application/vnd.example.signature', extra: { subject: about } })
    const list = index([], OCI_INDEX, { subject: about, artifactType: 'application/vnd.example.list' })
    const path = `/v2/acme/referred/referrers/${subject.digest}`
    const digestsOf = ({ json }: Answer): readonly string[] =>
      json.manifests.map((one: Document) => one.digest)

    beforeAll(async () => {
      // Two of them before their subject: it need not be there.
      for (const manifest of [sbom, signature, subject, list]) {
        const answer = await put('acme/referred', manifest)
        expect(answer.headers['oci-subject']).toBe(manifest === subject ? undefined : subject.digest)
      }
    })

    it('are an index of what has it as subject', async () => {
      const answer = await send('GET', path)
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': OCI_INDEX } })
      expect(answer.headers['oci-filters-applied']).toBeUndefined()
      expect(answer.json).toMatchObject({ schemaVersion: 2, mediaType: OCI_INDEX })
      const expected = [
        { ...withType(sbom, 'application/vnd.example.sbom'), annotations: { a: '1' } },
        withType(signature, 'application/vnd.example.signature'),
        withType(list, 'application/vnd.example.list'),
      ]
      expect(answer.json.manifests).toHaveLength(3)
      for (const one of expected) expect(answer.json.manifests).toContainEqual(expect.objectContaining(one))
    })

    const withType = ({ digest, mediaType, bytes }: Document, artifactType: string) => ({
      digest,
      mediaType,
      size: bytes.length,
      artifactType,
    })

    it.each([
      ['application/vnd.example.sbom', [sbom]],
      ['application/vnd.example.signature', [signature]],
      ['application/vnd.example.nothing', []],
    ])('filtered by %s', async (type, expected) => {
      const answer = await send('GET', `${path}?artifactType=${encodeURIComponent(type)}`)
      expect(answer.headers['oci-filters-applied']).toBe('artifactType')
      expect(digestsOf(answer)).toEqual(expected.map(({ digest }) => digest))
    })

    it('page by page, the filter kept', async () => {
      const pages = await follow(`${path}?n=1`, digestsOf)
      expect(pages.flat().toSorted()).toEqual([sbom, signature, list].map(({ digest }) => digest).toSorted())
      const type = encodeURIComponent('application/vnd.example.sbom')
      expect(await follow(`${path}?n=1&artifactType=${type}`, digestsOf)).toEqual([[sbom.digest]])
    })

    it('of nothing are an empty index', async () => {
      const answer = await send('GET', `/v2/acme/referred/referrers/${newBlob().digest}`)
      expect(answer).toMatchObject({ status: 200, json: { manifests: [] } })
    })

    it('of a digest that is none are 400', async () => {
      const answer = await send('GET', '/v2/acme/referred/referrers/sha256:abc')
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'DIGEST_INVALID' }] } })
    })

    it('that are deleted are gone from the list', async () => {
      const other = image({ extra: { annotations: { id: newBlob().digest }, subject: about } })
      await put('acme/referred', other)
      expect(digestsOf(await send('GET', path))).toContain(other.digest)
      demand(await send('DELETE', `/v2/acme/referred/manifests/${other.digest}`), 202)
      expect(digestsOf(await send('GET', path))).not.toContain(other.digest)
    })
  })

  describe('the catalog', () => {
    const OURS = ['cat/a', 'cat/a-b', 'cat/a.b', 'cat/a_b', 'cat/b']
    let reader: Issued
    beforeAll(async () => {
      for (const name of OURS) demand(await pushBlob(server(), `acme/${name}`, EMPTY, { as: ci }), 201)
      await server().repository('acme', 'cat/unlisted')
      await server().lock('acme', 'cat/unlisted', { listEnabled: false })
      await server().repository('other', 'open', 'public')
      await server().repository('other', 'closed')
      reader = await server().oat('acme', { 'cat/*': READ, 'reserved/only': READ })
    })

    it('at the root: what one may read, with its organization', async () => {
      const answer = await send('GET', '/v2/_catalog', { as: reader })
      expect(answer.json.repositories).toEqual(OURS.map((name) => `acme/${name}`))
    })

    it('at the organization’s own address: without it', async () => {
      const answer = await send('GET', '/v2/_catalog', { as: reader, site: 'acme.localhost' })
      expect(answer.json.repositories).toEqual(OURS)
      expect(
        (await send('GET', '/v2/_catalog', { as: reader, site: 'other.localhost' })).json.repositories,
      ).toEqual([])
      expect(
        (await send('GET', '/v2/_catalog', { as: reader, site: 'nowhere.localhost' })).json.repositories,
      ).toEqual([])
    })

    it.each([1, 2, 4, 5, 6])('page by page, %i at a time', async (n) => {
      const pages = await follow(`/v2/_catalog?n=${n}`, namesOf, { as: reader })
      expect(pages.flat()).toEqual(OURS.map((name) => `acme/${name}`))
      const there = { as: reader, site: 'acme.localhost' }
      expect((await follow(`/v2/_catalog?n=${n}`, namesOf, there)).flat()).toEqual(OURS)
    })

    it('a stranger is asked for a token, and with it sees what is public at an organization’s address', async () => {
      const refused = await server().send('GET', '/v2/_catalog')
      expect(refused).toMatchObject({ status: 401 })
      expect(refused.headers['www-authenticate']).toContain('scope="registry:catalog:*"')
      const there = await server().sendLikeDocker('GET', '/v2/_catalog', { site: 'other.localhost' })
      expect(there.json).toEqual({ repositories: ['open'] })
      // Whether strangers see anything is each organization's own choice, so all at once they see nothing.
      expect((await server().sendLikeDocker('GET', '/v2/_catalog')).json).toEqual({ repositories: [] })
    })

    it('a token that was not asked for it: 401, and with what the challenge says 200', async () => {
      const token = await server().token({ as: reader, scope: 'repository:acme/cat/a:pull' })
      const refused = await server().send('GET', '/v2/_catalog', { token })
      expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope"')
      const answer = await server().sendLikeDocker('GET', '/v2/_catalog', { as: reader })
      expect(answer.json.repositories).toHaveLength(OURS.length)
    })

    it('an owner sees all of the organization, and public ones elsewhere only with a grant for them', async () => {
      const owner = await server().pat(await server().user('olga', { acme: 'owner' }), 'repo:read')
      const names = namesOf(await send('GET', '/v2/_catalog?n=1000', { as: owner }))
      expect(names).toContain('acme/cat/a')
      expect(names).toContain('other/open')
      expect(names).not.toContain('other/closed')
      expect(names).not.toContain('acme/reserved/only')
    })

    it.each(['n=0', 'n=x', 'n=-1'])('?%s', async (query) => {
      const answer = await send('GET', `/v2/_catalog?${query}`, { as: reader })
      if (query === 'n=0') expect(answer.json).toEqual({ repositories: [] })
      else
        expect(answer).toMatchObject({
          status: 400,
          json: { errors: [{ code: 'PAGINATION_NUMBER_INVALID' }] },
        })
    })
  })
})

/** OCI distribution 1.1 and Docker's schema 2: manifests of every kind, tags, and deleting them. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Sent } from './client.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import {
  content,
  demand,
  digestOf,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  document,
  image,
  index,
  newBlob,
  OCI_INDEX,
  OCI_MANIFEST,
  pushBlob,
  pushImage,
  putManifest,
  type Document,
} from './images.ts'

const EMPTY = content('{}')
const NOWHERE = `sha256:${'0'.repeat(64)}`

describeOnEachDatabase('manifests', (server) => {
  let ci: Issued
  const layer = newBlob()

  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
    for (const blob of [EMPTY, layer]) demand(await pushBlob(server(), 'acme/app', blob, { as: ci }), 201)
  })

  const send = (method: string, path: string, sent: Sent = {}) =>
    server().send(method, path, { as: ci, ...sent })
  const put = (manifest: Document, tag?: string, sent: Sent = {}) =>
    putManifest(server(), 'acme/app', manifest, { as: ci, ...(tag !== undefined && { tag }), ...sent })
  const manifestPath = (reference: string, repository = 'acme/app') =>
    `/v2/${repository}/manifests/${reference}`

  /** No two alike, so that tests don't meet. */
  const fresh = () => ({ annotations: { id: newBlob(8).digest } })

  describe('of every kind come back as they were, by tag and by digest', () => {
    const kinds: readonly (readonly [string, () => Promise<Document> | Document])[] = [
      ['an OCI image', () => image({ layers: [layer], extra: fresh() })],
      ['an image without layers', () => image({ extra: fresh() })],
      [
        'a Docker image',
        () =>
          image({
            layers: [layer],
            mediaType: DOCKER_MANIFEST,
            configType: 'application/vnd.docker.container.image.v1+json',
            layerType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
            extra: fresh(),
          }),
      ],
      [
        'an artifact',
        () =>
          image({
            layers: [layer],
            configType: 'application/vnd.oci.empty.v1+json',
            extra: { artifactType: 'application/vnd.example.sbom', ...fresh() },
          }),
      ],
      ['an index', async () => index([await stored()], OCI_INDEX, fresh())],
      ['a Docker list', async () => index([await stored()], DOCKER_LIST, fresh())],
      ['an index of indexes', async () => index([await storedIndex()], OCI_INDEX, fresh())],
      ['an empty index', () => index([], OCI_INDEX, fresh())],
      ['one whose subject is not there', () => image({ extra: { ...fresh(), subject: subjectOf(NOWHERE) } })],
      [
        'one whose layer lies elsewhere',
        () =>
          image({
            layers: [newBlob()],
            layerType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
            mediaType: DOCKER_MANIFEST,
            extra: fresh(),
          }),
      ],
      ['one with fields of its own', () => image({ extra: { ...fresh(), 'org.example': { a: [1] } } })],
    ]
    const subjectOf = (digest: string) => ({ mediaType: OCI_MANIFEST, digest, size: 7 })

    async function stored(): Promise<Document> {
      const child = image({ layers: [layer], extra: fresh() })
      demand(await put(child), 201)
      return child
    }
    async function storedIndex(): Promise<Document> {
      const child = index([await stored()])
      demand(await put(child), 201)
      return child
    }

    it.each(kinds)('%s', async (_what, make) => {
      const manifest = await make()
      const { digest, mediaType, bytes } = manifest
      const tag = `t${digest.slice(7, 20)}`
      expect(await put(manifest, tag)).toMatchObject({
        status: 201,
        headers: { location: manifestPath(digest), 'docker-content-digest': digest },
      })
      for (const reference of [tag, digest]) {
        const headers = {
          'content-type': mediaType,
          'content-length': String(bytes.length),
          'docker-content-digest': digest,
          etag: `"${digest}"`,
        }
        const got = await send('GET', manifestPath(reference))
        expect(got).toMatchObject({ status: 200, headers })
        expect(got.body.equals(bytes)).toBe(true)
        expect(await send('HEAD', manifestPath(reference))).toMatchObject({
          status: 200,
          headers,
          body: { length: 0 },
        })
      }
    })
  })

  it('by a sha512 digest', async () => {
    const manifest = image({ layers: [layer], extra: fresh() })
    const digest = digestOf(manifest.bytes, 'sha512')
    expect(await put({ ...manifest, digest })).toMatchObject({
      status: 201,
      headers: { 'docker-content-digest': digest, location: manifestPath(digest) },
    })
    expect((await send('GET', manifestPath(digest))).body.equals(manifest.bytes)).toBe(true)
  })

  it('a tag moves, and what it named before is still there by digest', async () => {
    const [first, second] = [image({ extra: fresh() }), image({ extra: fresh() })]
    for (const manifest of [first, second]) demand(await put(manifest, 'moving'), 201)
    expect((await send('HEAD', manifestPath('moving'))).headers['docker-content-digest']).toBe(second.digest)
    demand(await send('HEAD', manifestPath(first.digest)), 200)
  })

  it('pushes to one tag at once: all are stored, and the tag names one of them', async () => {
    const all = Array.from({ length: 8 }, () => image({ extra: fresh() }))
    const answers = await Promise.all(all.map((manifest) => put(manifest, 'raced')))
    expect(answers.map(({ status }) => status)).toEqual(all.map(() => 201))
    const { headers } = await send('HEAD', manifestPath('raced'))
    expect(all.map(({ digest }) => digest)).toContain(headers['docker-content-digest'])
    for (const { digest } of all) demand(await send('HEAD', manifestPath(digest)), 200)
  })

  it('pushing the same again changes nothing', async () => {
    const manifest = image({ extra: fresh() })
    for (const _ of [1, 2]) demand(await put(manifest, 'again'), 201)
    demand(await send('HEAD', manifestPath('again')), 200)
  })

  it('what the client has already isn’t sent again', async () => {
    const manifest = image({ extra: fresh() })
    demand(await put(manifest, 'etag'), 201)
    for (const etag of [
      `"${manifest.digest}"`,
      `W/"${manifest.digest}"`,
      `"other", "${manifest.digest}"`,
      '*',
    ])
      for (const method of ['GET', 'HEAD'])
        expect(
          await send(method, manifestPath('etag'), { headers: { 'if-none-match': etag } }),
        ).toMatchObject({
          status: 304,
          headers: { 'docker-content-digest': manifest.digest },
          body: { length: 0 },
        })
    expect(
      await send('GET', manifestPath('etag'), { headers: { 'if-none-match': '"other"' } }),
    ).toMatchObject({
      status: 200,
    })
  })

  it('Accept doesn’t change what is answered: a tag stands for one document', async () => {
    const manifest = image({ extra: fresh() })
    demand(await put(manifest, 'accept'), 201)
    const answer = await send('GET', manifestPath('accept'), { headers: { accept: DOCKER_LIST } })
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': OCI_MANIFEST } })
  })

  describe('what can’t be taken', () => {
    const base = { schemaVersion: 2, mediaType: OCI_MANIFEST }
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: EMPTY.digest, size: 2 }
    it.each<readonly [string, Document]>([
      ['not JSON', { ...content('{'), mediaType: OCI_MANIFEST }],
      ['nothing', { ...content(''), mediaType: OCI_MANIFEST }],
      ['an unknown type', { ...image({ extra: fresh() }), mediaType: 'application/json' }],
      ['no type', document({ ...base, mediaType: undefined, config, layers: [] }, '')],
      ['a type that is not the document’s', { ...image({ extra: fresh() }), mediaType: OCI_INDEX }],
      [
        'Docker’s schema 1',
        document(
          { schemaVersion: 1, name: 'x', tag: 'y' },
          'application/vnd.docker.distribution.manifest.v1+prettyjws',
        ),
      ],
      [
        'layers and manifests in one (GHSA-qq97-vm5h-rrhg)',
        document({ ...base, config, layers: [], manifests: [] }, OCI_MANIFEST),
      ],
      ['a key that is alike', document({ ...base, config, layers: [], Layers: [] }, OCI_MANIFEST)],
      [
        'a digest that is none',
        document({ ...base, config: { ...config, digest: 'sha256:x' }, layers: [] }, OCI_MANIFEST),
      ],
      [
        'a size below nothing',
        document({ ...base, config: { ...config, size: -1 }, layers: [] }, OCI_MANIFEST),
      ],
    ])('%s is 400', async (_what, manifest) => {
      const answer = await put(manifest, 'bad')
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'MANIFEST_INVALID' }] } })
      expect(await send('HEAD', manifestPath('bad'))).toMatchObject({ status: 404 })
    })

    it.each(['sha256', 'sha512'] as const)('another %s than its own is 400', async (algorithm) => {
      const answer = await put({ ...image({ extra: fresh() }), digest: newBlob(8, algorithm).digest })
      expect(answer).toMatchObject({ status: 400, json: { errors: [{ code: 'DIGEST_INVALID' }] } })
    })

    it.each([
      ['a layer', () => image({ layers: [newBlob()] })],
      ['a config', () => image({ config: newBlob() })],
      ['a manifest', () => index([image({ extra: fresh() })])],
    ])('%s that is not in this repository is MANIFEST_BLOB_UNKNOWN', async (_what, make) => {
      const answer = await put(make(), 'incomplete')
      expect(answer).toMatchObject({ status: 404, json: { errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] } })
      expect(answer.json.errors[0].detail.digests).toHaveLength(1)
      expect(await send('HEAD', manifestPath('incomplete'))).toMatchObject({ status: 404 })
    })

    it('a layer in another repository only is missing here', async () => {
      const elsewhere = newBlob()
      demand(await pushBlob(server(), 'acme/elsewhere', elsewhere, { as: ci }), 201)
      expect(await put(image({ layers: [elsewhere] }))).toMatchObject({ status: 404 })
    })
  })

  it.each(['nothing', NOWHERE, `sha512:${'0'.repeat(128)}`])('%s is MANIFEST_UNKNOWN', async (reference) => {
    expect(await send('GET', manifestPath(reference))).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
    })
    expect(await send('HEAD', manifestPath(reference))).toMatchObject({ status: 404, body: { length: 0 } })
  })

  it('a repository nobody has pushed to is NAME_UNKNOWN', async () => {
    expect(await send('GET', manifestPath('latest', 'acme/nothing'))).toMatchObject({
      status: 404,
      json: { errors: [{ code: 'NAME_UNKNOWN' }] },
    })
  })

  describe('deleting', () => {
    it('a tag leaves the manifest', async () => {
      const { manifest } = await pushImage(server(), 'acme/app', { as: ci, tag: 'gone' })
      expect(await send('DELETE', manifestPath('gone'))).toMatchObject({ status: 202 })
      expect(await send('GET', manifestPath('gone'))).toMatchObject({ status: 404 })
      demand(await send('GET', manifestPath(manifest.digest)), 200)
    })

    it('a manifest takes its tags along', async () => {
      const { manifest } = await pushImage(server(), 'acme/app', { as: ci, tag: 'one' })
      demand(await put(manifest, 'two'), 201)
      expect(await send('DELETE', manifestPath(manifest.digest))).toMatchObject({ status: 202 })
      for (const reference of ['one', 'two', manifest.digest])
        expect(await send('GET', manifestPath(reference))).toMatchObject({ status: 404 })
    })

    it('what is not there is 404', async () => {
      for (const reference of ['never', NOWHERE])
        expect(await send('DELETE', manifestPath(reference))).toMatchObject({
          status: 404,
          json: { errors: [{ code: 'MANIFEST_UNKNOWN' }] },
        })
    })

    it('a manifest that an index names can be pushed again after', async () => {
      const { manifest } = await pushImage(server(), 'acme/app', { as: ci, tag: 'again2' })
      demand(await send('DELETE', manifestPath(manifest.digest)), 202)
      demand(await put(manifest, 'again2'), 201)
      demand(await send('GET', manifestPath('again2')), 200)
    })
  })
})

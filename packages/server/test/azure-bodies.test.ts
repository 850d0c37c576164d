/** What Azure’s clients are told of a repository, its tags and manifests. */
import { describe, expect, it } from 'vitest'
import { azureBed, site } from './azure-bed.ts'
import { describeServer } from './describe-server.ts'
import { content, demand, index, pushBlob, pushImage, putManifest } from './images.ts'

const OPEN = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describeServer('Azure’s bodies', (server) => {
  const { acr, ci, make } = azureBed(server)
  const registry = () => `${site}:${server().port}`

  describe('bodies', () => {
    it('of a repository', async () => {
      const { name } = await make()
      const answer = await acr('GET', name)
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'docker-distribution-api-version': 'registry/2.0' },
      })
      expect(answer.headers['x-ms-correlation-request-id']).toBe(answer.headers['x-request-id'])
      expect(answer.json).toEqual({
        registry: registry(),
        imageName: name,
        createdTime: INSTANT,
        lastUpdateTime: INSTANT,
        manifestCount: 1,
        tagCount: 2,
        changeableAttributes: OPEN,
      })
    })

    it('of tags, all of them, one, and those of one manifest', async () => {
      const { name, manifest } = await make()
      const other = await pushImage(server(), name, { as: ci(), site, tag: 'v2' })
      const tag = (called: string, digest = manifest.digest) => ({
        name: called,
        digest,
        createdTime: INSTANT,
        lastUpdateTime: INSTANT,
        signed: false,
        changeableAttributes: OPEN,
      })
      const place = { registry: registry(), imageName: name }
      const both = [tag('latest'), tag('v1')]
      expect((await acr('GET', `${name}/_tags`)).json).toEqual({
        ...place,
        tags: [...both, tag('v2', other.manifest.digest)],
      })
      expect((await acr('GET', `${name}/_tags/v1`)).json).toEqual({ ...place, tag: tag('v1') })
      for (const digest of [manifest.digest, encodeURIComponent(manifest.digest)])
        expect((await acr('GET', `${name}/_tags?digest=${digest}`)).json.tags).toEqual(both)
    })

    it('of manifests: of an image and of an index, with the machine they are for and their size', async () => {
      const { name, manifest, size } = await make()
      const other = await pushImage(server(), name, { as: ci(), site })
      const platform = { architecture: 'arm64', os: 'linux', variant: 'v8' }
      const list = index([manifest, other.manifest])
      const described = JSON.parse(list.bytes.toString('utf8'))
      described.manifests[1].platform = platform
      const whole = { ...content(JSON.stringify(described)), mediaType: list.mediaType }
      demand(await putManifest(server(), name, whole, { as: ci(), site, tag: 'all' }), 201)
      const common = { createdTime: INSTANT, lastUpdateTime: INSTANT, changeableAttributes: OPEN }
      const image = {
        ...common,
        digest: manifest.digest,
        imageSize: size,
        architecture: 'amd64',
        os: 'linux',
        mediaType: manifest.mediaType,
        configMediaType: 'application/vnd.oci.image.config.v1+json',
        tags: ['latest', 'v1'],
      }
      const both = {
        ...common,
        digest: whole.digest,
        imageSize: size + other.config.bytes.length + other.layer.bytes.length,
        mediaType: whole.mediaType,
        tags: ['all'],
      }
      const listed = (await acr('GET', `${name}/_manifests`)).json.manifests
      expect(listed).toHaveLength(3)
      expect(listed).toEqual(expect.arrayContaining([image, both]))
      const place = { registry: registry(), imageName: name }
      expect((await acr('GET', `${name}/_manifests/${manifest.digest}`)).json).toEqual({
        ...place,
        manifest: image,
      })
      expect((await acr('GET', `${name}/_manifests/${whole.digest}`)).json.manifest).toEqual({
        ...both,
        references: [
          { digest: manifest.digest },
          { digest: other.manifest.digest, architecture: 'arm64', os: 'linux' },
        ],
      })
    })

    it('of an artifact that is no image: nothing is made up', async () => {
      const { name } = await make()
      const config = content('{"architecture":"amd64","os":"linux"}')
      demand(await pushBlob(server(), name, config, { as: ci(), site }), 201)
      const descriptor = {
        mediaType: 'application/vnd.cncf.helm.config.v1+json',
        digest: config.digest,
        size: config.bytes.length,
      }
      const body = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: descriptor,
        layers: [],
      }
      const chart = { ...content(JSON.stringify(body)), mediaType: body.mediaType }
      demand(await putManifest(server(), name, chart, { as: ci(), site }), 201)
      const { manifest } = (await acr('GET', `${name}/_manifests/${chart.digest}`)).json
      expect(manifest).toMatchObject({ configMediaType: descriptor.mediaType, tags: [] })
      expect(manifest.architecture).toBeUndefined()
    })

    it('at the root names begin with the organization, and the registry is the root', async () => {
      const { name } = await make()
      const answer = await acr('GET', `acme%2F${name.replaceAll('/', '%2F')}`, { site: 'localhost' })
      expect(answer.json).toMatchObject({ registry: server().authority, imageName: `acme/${name}` })
    })
  })
})

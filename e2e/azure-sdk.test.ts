/** Azure's own SDK for JavaScript works on a registry's content, at an organization's own host and at the root. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ContainerRegistryClient,
  ContainerRegistryContentClient,
  type ContainerRegistryClientOptions,
} from '@azure/container-registry'
import type { IssuedToken } from './support/administrator.ts'
import { openAzure, type Azure } from './support/azure.ts'
import { describeWith } from './support/describe-with.ts'

const OPEN = { canDelete: true, canWrite: true, canRead: true, canList: true }

/** Where the registry is, and what stands before the organization's names there. */
const PLACES = [
  ['an organization’s host', 'https://myregistry.registry.test:5443', ''],
  ['the root', 'https://registry.test:5443', 'myregistry/'],
] as const

describeWith([], 'Azure’s SDK', () => {
  let azure: Azure
  let owner: IssuedToken
  let options: ContainerRegistryClientOptions
  let count = 0

  beforeAll(async () => {
    azure = await openAzure()
    owner = await azure.token('everything')
    const audience = 'https://registry.test:5443'
    options = { audience, tlsOptions: { ca: azure.wharden.authorityPem }, retryOptions: { maxRetries: 0 } }
  })

  afterAll(() => azure?.close())

  /** A token of ours stands where one of Azure's sign-in would. */
  const credentialOf = ({ credentials }: IssuedToken) => ({
    getToken: async () => ({ token: credentials.password, expiresOnTimestamp: Date.now() + 3_600_000 }),
  })

  describe.each(PLACES)('at %s', (_, endpoint, owned) => {
    const clientOf = (issued: IssuedToken) =>
      new ContainerRegistryClient(endpoint, credentialOf(issued), options)

    /** A new repository with an image under these tags. @returns its name and the image's digest */
    async function push(...tags: readonly string[]) {
      const name = `${owned}samples/sdk${(count += 1)}`
      const content = new ContainerRegistryContentClient(endpoint, name, credentialOf(owner), options)
      const config = Buffer.from(JSON.stringify({ architecture: 'arm64', os: 'linux', count }))
      const layer = Buffer.from(`layer ${count}`)
      const [{ digest: configDigest }, { digest: layerDigest }] = [
        await content.uploadBlob(config),
        await content.uploadBlob(layer),
      ]
      const manifest = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: configDigest,
          size: config.length,
        },
        layers: [
          { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layerDigest, size: layer.length },
        ],
      }
      let digest = ''
      for (const tag of tags)
        ({ digest } = await content.setManifest(manifest, { tag, mediaType: manifest.mediaType }))
      return { name, digest, content, layerDigest, size: config.length + layer.length }
    }

    it('uploads and downloads', async () => {
      const { content, digest, layerDigest } = await push('v1')
      expect((await content.getManifest('v1')).digest).toBe(digest)
      const { content: stream } = await content.downloadBlob(layerDigest)
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(Buffer.from(chunk))
      expect(Buffer.concat(chunks).toString()).toContain('layer ')
    })

    it('lists repositories, page by page', async () => {
      const names = [(await push('v1')).name, (await push('v1')).name]
      const listed: string[] = []
      for await (const page of clientOf(owner).listRepositoryNames().byPage({ maxPageSize: 1 })) {
        expect(page).toHaveLength(1)
        listed.push(...page)
      }
      expect(listed).toEqual(expect.arrayContaining(names))
      expect(listed).toEqual(listed.toSorted())
    })

    it('shows and changes a repository', async () => {
      const { name } = await push('v1', 'v2')
      const repository = clientOf(owner).getRepository(name)
      const shown = await repository.getProperties()
      expect(shown).toMatchObject({ name, manifestCount: 1, tagCount: 2, ...OPEN })
      expect(shown.createdOn.getTime()).toBeLessThanOrEqual(shown.lastUpdatedOn.getTime())
      expect(await repository.updateProperties({ canWrite: false })).toMatchObject({
        ...OPEN,
        canWrite: false,
      })
      expect(await repository.updateProperties({ canWrite: true })).toMatchObject(OPEN)
    })

    it('lists manifests and shows one, by time too', async () => {
      const { name, digest, size } = await push('v1')
      const client = clientOf(owner)
      const found = []
      for await (const manifest of client
        .getRepository(name)
        .listManifestProperties({ order: 'LastUpdatedOnDescending' }))
        found.push(manifest)
      const expected = {
        digest,
        sizeInBytes: size,
        architecture: 'arm64',
        operatingSystem: 'linux',
        tags: ['v1'],
      }
      expect(found).toMatchObject([{ ...expected, ...OPEN }])
      const artifact = client.getArtifact(name, 'v1')
      expect(await artifact.getManifestProperties()).toMatchObject(expected)
      expect(await artifact.updateManifestProperties({ canDelete: false })).toMatchObject({
        canDelete: false,
      })
      await expect(artifact.delete()).rejects.toMatchObject({
        statusCode: 405,
        message: expect.stringContaining('is locked'),
      })
      await artifact.updateManifestProperties({ canDelete: true })
    })

    it('lists tags and changes one, by time too, page by page', async () => {
      const { name } = await push('c', 'a', 'b')
      const artifact = clientOf(owner).getArtifact(name, 'a')
      for (const order of ['LastUpdatedOnAscending', 'LastUpdatedOnDescending'] as const) {
        const tags: string[] = []
        for await (const page of artifact.listTagProperties({ order }).byPage({ maxPageSize: 2 }))
          tags.push(...page.map((tag) => tag.name))
        const expected = ['c', 'a', 'b']
        expect(tags).toEqual(order === 'LastUpdatedOnAscending' ? expected : expected.toReversed())
      }
      expect(await artifact.getTagProperties('a')).toMatchObject({ name: 'a', ...OPEN })
      const hidden = await artifact.updateTagProperties('a', { canList: false, canDelete: false })
      expect(hidden).toMatchObject({ ...OPEN, canList: false, canDelete: false })
      await expect(artifact.deleteTag('a')).rejects.toMatchObject({ statusCode: 405 })
    })

    it('deletes a tag, an image and a repository', async () => {
      const { name } = await push('v1', 'v2')
      const client = clientOf(owner)
      await client.getArtifact(name, 'v1').deleteTag('v1')
      expect(await client.getRepository(name).getProperties()).toMatchObject({
        manifestCount: 1,
        tagCount: 1,
      })
      await client.getArtifact(name, 'v2').delete()
      expect(await client.getRepository(name).getProperties()).toMatchObject({
        manifestCount: 0,
        tagCount: 0,
      })
      await client.deleteRepository(name)
      await expect(client.getRepository(name).getProperties()).rejects.toMatchObject({
        statusCode: 404,
        message: expect.stringContaining('there is no repository'),
      })
    })

    it('is told what a token lacks', async () => {
      const { name } = await push('v1')
      const reader = clientOf(await azure.token(`reader${count}`, ['content/read']))
      await expect(reader.getRepository(name).getProperties()).rejects.toMatchObject({
        statusCode: 401,
        message: expect.stringContaining('metadata/read'),
      })
      const looker = clientOf(await azure.token(`looker${count}`, ['metadata/read']))
      expect(await looker.getRepository(name).getProperties()).toMatchObject({ name })
      await expect(looker.getRepository(name).updateProperties({ canRead: false })).rejects.toMatchObject({
        statusCode: 401,
        message: expect.stringContaining('metadata/write'),
      })
      await expect(looker.deleteRepository(name)).rejects.toMatchObject({
        statusCode: 401,
        message: expect.stringContaining('content/delete'),
      })
    })

    it('is told at once that its pulls are used up, though that lasts for hours', async () => {
      const { name } = await push('v1')
      const issued = await azure.admin.organizationToken('myregistry', `limited${count}`, {
        repositories: [{ repository: '*', permissions: ['scope-image-pull'] }],
        pullLimit: 1,
      })
      // As it is by itself: it would wait as long as it is told to.
      const { retryOptions: _, ...usual } = options
      const content = new ContainerRegistryContentClient(endpoint, name, credentialOf(issued), usual)
      await content.getManifest('v1')
      await expect(content.getManifest('v1')).rejects.toMatchObject({
        statusCode: 429,
        message: expect.stringContaining('pull rate limit reached: all 1 pulls are used up until'),
      })
    })

    it('without a credential reads what is public, and nothing else', async () => {
      const [open, closed] = [await push('v1'), await push('v1')]
      const path = `/organizations/myregistry/repositories/${open.name.slice(owned.length)}`
      await azure.admin.call('PATCH', path, { visibility: 'public' })
      const nobody = new ContainerRegistryClient(endpoint, options)
      const tags = []
      for await (const tag of nobody.getArtifact(open.name, 'v1').listTagProperties()) tags.push(tag.name)
      expect(tags).toEqual(['v1'])
      await expect(nobody.getRepository(closed.name).getProperties()).rejects.toMatchObject({
        statusCode: 401,
      })
    })
  })
})

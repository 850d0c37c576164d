/** Attributes and deletions as Azure’s clients ask for them, and what is said to bad input. */
import { beforeAll, describe, expect, it } from 'vitest'
import { azureBed, site } from './azure-bed.ts'
import { describeServer } from './describe-server.ts'
import { ALL } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

const OPEN = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true }

describeServer('Azure’s changes', (server) => {
  const { acr, ci, make } = azureBed(server)

  describe('attributes', () => {
    it.each([
      ['a repository', () => '', ({ changeableAttributes }: Found) => changeableAttributes],
      ['a tag', () => '/_tags/v1', ({ tag }: Found) => tag?.changeableAttributes],
      [
        'a manifest',
        (digest: string) => `/_manifests/${digest}`,
        ({ manifest }: Found) => manifest?.changeableAttributes,
      ],
    ] as const)('of %s change as they are named, and are shown', async (_, below, attributesOf) => {
      const { name, manifest } = await make()
      const path = `${name}${below(manifest.digest)}`
      const patch = async (body: object) =>
        demand(await acr('PATCH', path, { body: JSON.stringify(body) }), 200).json
      expect(attributesOf(await patch({ writeEnabled: false, teleportEnabled: true }))).toEqual({
        ...OPEN,
        writeEnabled: false,
      })
      expect(attributesOf(await patch({ listEnabled: false, readEnabled: null }))).toEqual({
        ...OPEN,
        writeEnabled: false,
        listEnabled: false,
      })
      expect(attributesOf(await patch({}))).toEqual({ ...OPEN, writeEnabled: false, listEnabled: false })
      expect(attributesOf(demand(await acr('GET', path), 200).json)).toMatchObject({ writeEnabled: false })
      expect(attributesOf(await patch(OPEN))).toEqual(OPEN)
    })

    it('who may write metadata and no more is shown what it changed', async () => {
      const { name } = await make()
      const locker = await server().registryToken('acme', 'locker', { 'samples/*': ['metadata/write'] })
      const body = '{"deleteEnabled":false}'
      expect(await acr('PATCH', name, { as: locker, body })).toMatchObject({
        status: 200,
        json: { imageName: name, changeableAttributes: { deleteEnabled: false } },
      })
      expect((await acr('GET', name, { as: locker })).status).toBe(401)
    })

    it('what is not to be listed is in no list, and found by its name', async () => {
      const { name, manifest } = await make()
      const body = '{"listEnabled":false}'
      demand(await acr('PATCH', `${name}/_tags/v1`, { body }), 200)
      demand(await acr('PATCH', `${name}/_manifests/${manifest.digest}`, { body }), 200)
      expect((await acr('GET', `${name}/_tags`)).json.tags).toMatchObject([{ name: 'latest' }])
      expect((await acr('GET', `${name}/_manifests`)).json.manifests).toEqual([])
      demand(await acr('GET', `${name}/_tags/v1`), 200)
      demand(await acr('GET', `${name}/_manifests/${manifest.digest}`), 200)
      demand(await acr('PATCH', name, { body }), 200)
      expect((await acr('GET', '_catalog')).json.repositories).not.toContain(name)
      demand(await acr('GET', name), 200)
    })

    it.each([
      ['no JSON', 'deleteEnabled'],
      ['a list', '[]'],
      ['a word for a boolean', '{"deleteEnabled":"false"}'],
      ['nothing', ''],
    ])('%s is 400', async (_, body) => {
      const { name } = await make()
      expect(await acr('PATCH', name, { body })).toMatchObject({
        status: 400,
        json: { errors: [{ message: expect.stringContaining('deleteEnabled') }] },
      })
    })
  })

  describe('deletions', () => {
    it('of a tag leave its manifest; of a manifest take its tags; of a repository say what went', async () => {
      const { name, manifest } = await make()
      const other = await pushImage(server(), name, { as: ci(), site, tag: 'v2' })
      expect(await acr('DELETE', `${name}/_tags/latest`)).toMatchObject({ status: 202, text: '' })
      expect((await acr('GET', name)).json).toMatchObject({ manifestCount: 2, tagCount: 2 })
      expect(await acr('DELETE', `${name}/_manifests/${other.manifest.digest}`)).toMatchObject({
        status: 202,
      })
      expect((await acr('GET', name)).json).toMatchObject({ manifestCount: 1, tagCount: 1 })
      expect(await acr('DELETE', name)).toMatchObject({
        status: 202,
        json: { manifestsDeleted: [manifest.digest], tagsDeleted: ['v1'] },
      })
      expect(await acr('GET', name)).toMatchObject({
        status: 404,
        json: { errors: [{ code: 'NAME_UNKNOWN', detail: { name } }] },
      })
    })

    it.each([
      ['', { deleteEnabled: false }, undefined, 'DELETE'],
      ['', { writeEnabled: false }, 'v1', 'DELETE'],
      ['/_tags/v1', { deleteEnabled: false }, 'v1', 'DELETE'],
      ['/_tags/v1', { writeEnabled: false }, 'v1', 'DELETE'],
      ['/_tags/v1', { writeEnabled: false }, undefined, 'DELETE'],
      ['/_manifests/DIGEST', { deleteEnabled: false }, 'DIGEST', 'DELETE'],
    ] as const)('%s locked by %o: 405 and why', async (locked, attributes, reference, method) => {
      const { name, manifest } = await make()
      const real = (path: string) => path.replace('DIGEST', manifest.digest)
      demand(await acr('PATCH', `${name}${real(locked)}`, { body: JSON.stringify(attributes) }), 200)
      const list = reference === 'DIGEST' ? '_manifests' : '_tags'
      const path = reference === undefined ? name : `${name}/${list}/${real(reference)}`
      const answer = await acr(method, path)
      expect(answer).toMatchObject({
        status: 405,
        json: {
          errors: [{ code: 'REGISTRY_DISALLOWED_OPERATION', message: expect.stringContaining('is locked') }],
        },
      })
    })
  })

  describe('bad input', () => {
    beforeAll(() => pushImage(server(), 'samples/there', { as: ci(), site, tag: 'v1' }))

    it.each([
      ['GET', 'samples/never', 404, 'NAME_UNKNOWN'],
      ['GET', 'samples/there/_tags/never', 404, 'MANIFEST_UNKNOWN'],
      ['GET', `samples/there/_manifests/sha256:${'0'.repeat(64)}`, 404, 'MANIFEST_UNKNOWN'],
      ['GET', 'samples/there/_manifests/v1', 404, 'DIGEST_INVALID'],
      ['GET', 'samples/there/_tags/-v1', 404, 'MANIFEST_UNKNOWN'],
      ['GET', 'Samples/There', 404, 'NAME_INVALID'],
      ['GET', 'Samples%2FThere/_tags', 404, 'NAME_INVALID'],
      ['GET', 'samples%252Fthere/_tags', 404, 'NAME_INVALID'],
      ['GET', 'samples/../samples/there', 404, 'NAME_INVALID'],
      ['GET', 'samples%2F..%2Fthere/_tags', 404, 'NAME_INVALID'],
      ['GET', 'samples//there', 404, 'NAME_INVALID'],
      ['GET', '', 404, 'NAME_INVALID'],
      ['GET', '_metadata', 404, 'NAME_UNKNOWN'],
      ['GET', '_deleted/_catalog', 404, 'NAME_UNKNOWN'],
      ['GET', 'samples/there/_tags/a/b', 404, 'NAME_INVALID'],
      ['POST', 'samples/there', 405, 'UNSUPPORTED'],
      ['PUT', 'samples/there/_tags/v1', 405, 'UNSUPPORTED'],
    ])('%s %s is %i', async (method, path, status, code) => {
      const answer = await acr(method, path)
      expect([answer.status, answer.json.errors[0].code]).toEqual([status, code])
      expect(answer.json.errors[0].message.length).toBeGreaterThan(10)
    })

    it('who may not learns nothing of what exists', async () => {
      const stranger = await server().registryToken('acme', 'stranger', { other: ALL })
      const { name } = await make()
      for (const path of [name, `${name}/_tags/v1`, 'samples/nothing', 'samples/nothing/_tags/v1'])
        expect(await acr('GET', path, { as: stranger })).toMatchObject({ status: 401 })
    })
  })
})

type Attributes = { readonly changeableAttributes: object }
type Found = Partial<Attributes> & { readonly tag?: Attributes; readonly manifest?: Attributes }

/** A lock that is set while a push or a deletion is under way counts: what it forbids is not done after it was confirmed. */
import { Readable } from 'node:stream'
import { parseDigest, parseManifestReference, parseRepositoryName } from '@wharden/oci'
import { secret } from '@wharden/system'
import { beforeAll, describe, expect, it } from 'vitest'
import { deleteBlob, deleteManifest, deleteWhole } from '../src/operations/delete-content.ts'
import type { House } from '../src/operations/house.ts'
import { apiCallerOf } from '../src/operations/manage/api-caller.ts'
import { mountBlob } from '../src/operations/mount-blob.ts'
import { finishUpload } from '../src/operations/push-blob.ts'
import { pushManifest } from '../src/operations/push-manifest.ts'
import { resolveTarget } from '../src/operations/target.ts'
import { describeOnEachDatabase } from './describe-server.ts'
import { ALL, required, type Issued } from './fixtures.ts'
import { content, demand, image, newBlob, pushBlob, pushImage, type Document } from './images.ts'

describeOnEachDatabase('a lock set between the look and the act', (server) => {
  let ci: Issued
  beforeAll(async () => {
    await server().organization('acme')
    ci = await server().oat('acme', { '*': ALL })
  })

  /** The house, where `interfere` comes before the first transaction that writes. */
  function interrupted(interfere: () => Promise<void>): House {
    const { house } = server()
    let first = true
    const write: House['store']['write'] = async (work) => {
      if (first) {
        first = false
        await interfere()
      }
      return house.store.write(work)
    }
    return { ...house, store: { ...house.store, write } }
  }

  async function asked(house: House, name: string) {
    const site = required(house.sites().find(false, server().authority))
    const context = {
      requestId: 'test',
      site,
      address: '127.0.0.1',
      userAgent: 'test',
      now: server().now(),
      log: house.log,
      signal: new AbortController().signal,
    }
    const basic = { type: 'basic', name: ci.name, secret: secret(ci.secret) } as const
    const asking = parseRepositoryName(`acme/${name}`)
    if (asking.type === 'error') throw new Error(name)
    return [await apiCallerOf(house, context, basic), await resolveTarget(house, site, asking.value)] as const
  }

  const digest = (text: string) => required(parseDigest(text))
  const reference = (text: string) => required(parseManifestReference(text))
  const body = ({ bytes, mediaType }: Document) => ({ bytes, contentType: mediaType })
  const digestOf = async (name: string, tag: string) =>
    (await server().send('HEAD', `/v2/acme/${name}/manifests/${tag}`, { as: ci })).headers[
      'docker-content-digest'
    ]

  it('stops the push to a tag', async () => {
    const { manifest } = await pushImage(server(), 'acme/pushed', { as: ci, tag: 'v1' })
    const house = interrupted(() => server().lock('acme', 'pushed', { writeEnabled: false }, 'v1'))
    const [caller, target] = await asked(house, 'pushed')
    const other = image({ extra: { annotations: { id: newBlob(8).digest } } })
    const pushing = pushManifest(house, caller, target, reference('v1'), body(other))
    await expect(pushing).rejects.toThrow(/writeEnabled is off for the tag/)
    expect(await digestOf('pushed', 'v1')).toBe(manifest.digest)
  })

  it('stops the push of a manifest by its digest', async () => {
    const { manifest } = await pushImage(server(), 'acme/digest', { as: ci, tag: 'v1' })
    const house = interrupted(() => server().lock('acme', 'digest', { writeEnabled: false }, manifest.digest))
    const [caller, target] = await asked(house, 'digest')
    const pushing = pushManifest(house, caller, target, reference(manifest.digest), body(manifest))
    await expect(pushing).rejects.toThrow(/writeEnabled is off for the manifest/)
  })

  it.each([
    ['a tag', 'v1', 'v1'],
    ['a manifest, by its own lock', 'digest', 'digest'],
    ["a manifest, by a tag's lock", 'digest', 'v1'],
  ])('stops the deletion of %s', async (_, deleted, locked) => {
    const name = `deleted-${deleted}-${locked}`
    const { manifest } = await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
    const named = (what: string) => (what === 'digest' ? manifest.digest : what)
    const house = interrupted(() => server().lock('acme', name, { deleteEnabled: false }, named(locked)))
    const [caller, target] = await asked(house, name)
    const deleting = deleteManifest(house, caller, target, reference(named(deleted)))
    await expect(deleting).rejects.toThrow(/deleteEnabled is off for the/)
    expect(await digestOf(name, 'v1')).toBe(manifest.digest)
  })

  describe('of the repository itself', () => {
    const OTHER = () => image({ extra: { annotations: { id: newBlob(8).digest } } })
    type Asked = Awaited<ReturnType<typeof asked>>
    type Thing = Awaited<ReturnType<typeof pushImage>> & { readonly name: string; readonly upload: string }

    const ACTS: readonly (readonly [
      act: string,
      forbidden: RegExp,
      run: (house: House, by: Asked, thing: Thing) => Promise<unknown>,
    ])[] = [
      [
        'the push of a manifest to a tag',
        /writeEnabled is off for the repository/,
        (house, by, { config, layer }) =>
          pushManifest(house, ...by, reference('new'), body(image({ config, layers: [layer] }))),
      ],
      [
        'the push of a manifest by its digest',
        /writeEnabled is off for the repository/,
        (house, by, { manifest }) => pushManifest(house, ...by, reference(manifest.digest), body(manifest)),
      ],
      [
        'the end of an upload',
        /writeEnabled is off for the repository/,
        (house, by, { upload }) =>
          finishUpload(house, ...by, upload, digest(blob.digest), {
            stream: Readable.from([blob.bytes]),
            length: blob.bytes.length,
            range: undefined,
          }),
      ],
      [
        'a mount',
        /writeEnabled is off for the repository/,
        async (house, by) =>
          mountBlob(house, ...by, digest(neighbours.digest), (await asked(house, 'neighbour'))[1]),
      ],
      [
        'the deletion of a tag',
        /writeEnabled is off for the repository/,
        (house, by) => deleteManifest(house, ...by, reference('v1')),
      ],
      [
        'the deletion of a manifest',
        /writeEnabled is off for the repository/,
        (house, by, { manifest }) => deleteManifest(house, ...by, reference(manifest.digest)),
      ],
      [
        'the deletion of a blob',
        /writeEnabled is off for the repository/,
        (house, by, { layer }) => deleteBlob(house, ...by, digest(layer.digest)),
      ],
    ]
    const blob = newBlob()
    const neighbours = newBlob()
    beforeAll(
      async () => void demand(await pushBlob(server(), 'acme/neighbour', neighbours, { as: ci }), 201),
    )

    it.each(ACTS)('stops %s', async (act, says, run) => {
      const name = act.replaceAll(' ', '-')
      const pushed = await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
      const opened = await server().send('POST', `/v2/acme/${name}/blobs/uploads/`, { as: ci })
      const thing = { ...pushed, name, upload: String(opened.headers['docker-upload-uuid']) }
      const house = interrupted(() => server().lock('acme', name, { writeEnabled: false }))
      await expect(run(house, await asked(house, name), thing)).rejects.toThrow(says)
      const listed = await server().send('GET', `/v2/acme/${name}/tags/list`, { as: ci })
      expect(listed.json.tags).toEqual(['v1'])
      // What was refused is there to be done once it is open again.
      await server().lock('acme', name, { writeEnabled: true })
      await expect(run(server().house, await asked(server().house, name), thing)).resolves.not.toThrow()
    })

    it.each(['writeEnabled', 'deleteEnabled'])('stops its own deletion: %s', async (attribute) => {
      const name = `whole-${attribute.toLowerCase()}`
      await pushImage(server(), `acme/${name}`, { as: ci, tag: 'v1' })
      const { house } = server()
      const locking: House['store'] = {
        ...house.store,
        change: async (...change) => {
          await server().lock('acme', name, { [attribute]: false })
          return house.store.change(...change)
        },
      }
      const [caller, target] = await asked(house, name)
      await expect(deleteWhole({ ...house, store: locking }, caller, target)).rejects.toThrow(
        /was locked in this moment/,
      )
      expect(await digestOf(name, 'v1')).toBeDefined()
      const again = await asked(house, name)
      await expect(deleteWhole(house, ...again)).rejects.toThrow(`${attribute} is off for the repository`)
    })

    it('is no hindrance where it forbids something else', async () => {
      await pushImage(server(), 'acme/open-enough', { as: ci, tag: 'v1' })
      demand(await pushBlob(server(), 'acme/open-enough', content('{}'), { as: ci }), 201)
      const house = interrupted(() =>
        server().lock('acme', 'open-enough', { deleteEnabled: false, listEnabled: false }),
      )
      await pushManifest(house, ...(await asked(house, 'open-enough')), reference('v2'), body(OTHER()))
      expect(await digestOf('open-enough', 'v2')).toBeDefined()
    })
  })

  it('lets through what the lock does not forbid', async () => {
    await pushImage(server(), 'acme/harmless', { as: ci, tag: 'v1' })
    demand(await pushBlob(server(), 'acme/harmless', content('{}'), { as: ci }), 201)
    const house = interrupted(() => server().lock('acme', 'harmless', { deleteEnabled: false }, 'v1'))
    const [caller, target] = await asked(house, 'harmless')
    const other = image({ extra: { annotations: { id: newBlob(8).digest } } })
    const { digest } = await pushManifest(house, caller, target, reference('v1'), body(other))
    expect(await digestOf('harmless', 'v1')).toBe(digest)
  })
})

/** A lock that is set while a push or a deletion is under way counts: what it forbids is not done after it was confirmed. */
import { parseManifestReference, parseRepositoryName } from '@wharden/oci'
import { secret } from '@wharden/system'
import { beforeAll, expect, it } from 'vitest'
import { deleteManifest } from '../src/operations/delete-content.ts'
import type { House } from '../src/operations/house.ts'
import { apiCallerOf } from '../src/operations/manage/api-caller.ts'
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

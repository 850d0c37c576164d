import type { NEEDED } from '@wharden/policy'
import type { Login } from './client.ts'
import { ALL } from './fixtures.ts'
import { content, demand, image, newBlob, pushBlob, pushImage, putManifest } from './images.ts'
import type { Server } from './server.ts'

/** Something a client does, and what it needs for that. */
export type RegistryAct = {
  readonly name: string
  /** `undefined`: nothing but to be known. */
  readonly need: keyof typeof NEEDED | undefined
  /** In its own organization, in a public repository of another one, or in a private one. */
  readonly where: 'own' | 'public' | 'nowhere'
  /** Makes what it is about, and says how to do it. @returns the status */
  readonly prepare: () => Promise<(as: Login) => Promise<number>>
}

/** What can be done at the registry, on an image in `acme/app`. */
export async function registryActs(server: Server): Promise<readonly RegistryAct[]> {
  await server.repository('other', 'open', 'public')
  const maker = await server.oat('acme', { '*': ALL })
  const other = await server.oat('other', { '*': ALL })
  const shown = await pushImage(server, 'acme/app', { as: maker, tag: 'v1' })
  await pushImage(server, 'other/open', { as: other, tag: 'v1' })
  await pushImage(server, 'other/closed', { as: other, tag: 'v1' })
  const { manifest, layer, config } = shown

  const act = (
    name: string,
    need: RegistryAct['need'],
    ask: (as: Login) => Promise<{ readonly status: number }>,
    where: RegistryAct['where'] = 'own',
  ): RegistryAct => ({ name, need, where, prepare: async () => async (as) => (await ask(as)).status })
  const get = (path: string) => (as: Login) => server.send('GET', `/v2/${path}`, { as })
  const head = (path: string) => (as: Login) => server.send('HEAD', `/v2/${path}`, { as })

  /** For what is gone once somebody did it. */
  const once = (name: string, path: () => Promise<string>): RegistryAct => ({
    name,
    need: 'delete',
    where: 'own',
    prepare: async () => {
      const target = await path()
      return async (as) => (await server.send('DELETE', `/v2/acme/app/${target}`, { as })).status
    },
  })
  const pushed = async (tag: string) =>
    (await pushImage(server, 'acme/app', { as: maker, tag })).manifest.digest
  let repositories = 0

  return [
    act('sign in', undefined, (as) => server.send('GET', '/v2/', { as })),
    act('list the catalog', undefined, get('_catalog')),
    act('pull a manifest by tag', 'pull', get('acme/app/manifests/v1')),
    act('pull a manifest by digest', 'pull', get(`acme/app/manifests/${manifest.digest}`)),
    act('look at a manifest (HEAD)', 'pull', head('acme/app/manifests/v1')),
    act('pull a blob', 'pull', get(`acme/app/blobs/${layer.digest}`)),
    act('look at a blob (HEAD)', 'pull', head(`acme/app/blobs/${layer.digest}`)),
    act('list tags', 'list', get('acme/app/tags/list')),
    act('list referrers', 'list', get(`acme/app/referrers/${manifest.digest}`)),
    act('begin an upload', 'push', (as) => server.send('POST', '/v2/acme/app/blobs/uploads/', { as })),
    act('push a blob', 'push', (as) => pushBlob(server, 'acme/app', newBlob(), { as })),
    act('mount a blob', 'push', (as) =>
      server.send('POST', `/v2/acme/copy/blobs/uploads/?mount=${layer.digest}&from=acme/app`, { as }),
    ),
    act('push a manifest by tag', 'push', (as) =>
      putManifest(server, 'acme/app', image({ config, layers: [layer] }), { as, tag: 'again' }),
    ),
    act('push a manifest by digest', 'push', (as) =>
      putManifest(server, 'acme/app', image({ config, layers: [layer] }), { as }),
    ),
    act('push to a repository that isn’t there', 'push', (as) =>
      pushBlob(server, `acme/new-${(repositories += 1)}`, content('new'), { as }),
    ),
    once('delete a tag', async () => {
      await pushed('gone')
      return 'manifests/gone'
    }),
    once('delete a manifest', async () => `manifests/${await pushed('doomed')}`),
    once('delete a blob', async () => {
      const blob = newBlob()
      demand(await pushBlob(server, 'acme/app', blob, { as: maker }), 201)
      return `blobs/${blob.digest}`
    }),
    act('pull from a public repository elsewhere', 'pull', get('other/open/manifests/v1'), 'public'),
    act('list tags of a public repository elsewhere', 'list', get('other/open/tags/list'), 'public'),
    act('pull from a private repository elsewhere', 'pull', get('other/closed/manifests/v1'), 'nowhere'),
  ]
}

import { makeBuildContext } from '../build-context.ts'
import { succeeded } from '../run.ts'
import type { World } from '../world.ts'
import type { Client } from './client.ts'
import { createContainers, ownStore } from './containers.ts'

export function createBuildah(world: World): Client {
  const buildah = createContainers(world, 'buildah', ownStore(world, 'buildah'))
  return {
    ...buildah,
    name: 'buildah',
    push: async ({ context }, reference) => {
      succeeded(await buildah.run(['bud', '--quiet', '--tag', reference, context]))
      return buildah.run(['push', reference])
    },
    pull: async (reference) => {
      await buildah.run(['rmi', '--force', reference])
      return buildah.run(['pull', reference])
    },
    build: async (reference) => {
      await buildah.run(['rmi', '--force', reference])
      return buildah.run(['bud', '--no-cache', makeBuildContext(world, reference)])
    },
  }
}

import { makeBuildContext } from '../build-context.ts'
import { succeeded } from '../run.ts'
import type { World } from '../world.ts'
import type { Client } from './client.ts'
import { createContainers, ownStore } from './containers.ts'

export function createPodman(world: World): Client {
  const podman = createContainers(world, 'podman', ownStore(world, 'podman'))
  return {
    ...podman,
    name: 'podman',
    push: async ({ context }, reference) => {
      succeeded(await podman.run(['build', '--quiet', '--tag', reference, context]))
      return podman.run(['push', reference])
    },
    pull: async (reference) => {
      await podman.run(['image', 'rm', '--force', reference])
      return podman.run(['pull', reference])
    },
    build: async (reference) => {
      await podman.run(['image', 'rm', '--force', reference])
      return podman.run(['build', '--no-cache', makeBuildContext(world, reference)])
    },
  }
}

import { startContainerd } from '../containerd.ts'
import { startDockerd } from '../dockerd.ts'
import type { World } from '../world.ts'
import { createBuildah } from './buildah.ts'
import { CLIENT_NAMES, type Builder, type Client, type ClientName } from './client.ts'
import { createCtr } from './ctr.ts'
import { createDocker } from './docker.ts'
import { createPodman } from './podman.ts'
import { createSkopeo } from './skopeo.ts'

/** Every client of this Debian, with the engines that some of them need. */
export type Clients = {
  /** A new one each time, signed in nowhere: one for each person of a test. */
  create(name: Builder): Client
  close(): Promise<void>
}

/** Trust registries first (`world.trust`): some engines read certificates when they start. */
export async function openClients(world: World): Promise<Clients> {
  const [docker, store, containerd] = await Promise.all([
    engine('docker', () => startDockerd(world, 'classic')),
    engine('docker-containerd', () => startDockerd(world, 'containerd')),
    engine('ctr', () => startContainerd(world)),
  ])
  return {
    create: (name) => {
      switch (name) {
        case 'docker':
          return createDocker(world, here(docker))
        case 'BuildKit':
          return createDocker(world, here(docker), { buildKit: true })
        case 'docker-containerd':
          return createDocker(world, here(store), { buildKit: true })
        case 'podman':
          return createPodman(world)
        case 'skopeo':
          return createSkopeo(world)
        case 'buildah':
          return createBuildah(world)
        case 'ctr':
          return createCtr(world, here(containerd))
      }
    },
    close: async () => {
      const engines = [docker, store, containerd].filter((each) => each !== undefined)
      await Promise.all(engines.map((each) => each.close()))
    },
  }
}

function engine<Engine>(of: ClientName, start: () => Promise<Engine>): Promise<Engine | undefined> {
  return CLIENT_NAMES.includes(of) ? start() : Promise.resolve(undefined)
}

function here<Engine>(started: Engine | undefined): Engine {
  if (started === undefined) throw new Error('this Debian’s clients have no such one: see CLIENT_NAMES')
  return started
}

import { startContainerd, type Containerd } from '../containerd.ts'
import { startDockerd, type Dockerd } from '../dockerd.ts'
import type { World } from '../world.ts'
import { createBuildah } from './buildah.ts'
import type { Client, ClientName } from './client.ts'
import { createCtr } from './ctr.ts'
import { createDocker } from './docker.ts'
import { createPodman } from './podman.ts'
import { createSkopeo } from './skopeo.ts'

/** Every client of Debian, with the engines that two of them need. */
export type Clients = {
  readonly dockerd: Dockerd
  readonly containerd: Containerd
  /** A new one each time, signed in nowhere: one for each person of a test. */
  create(name: ClientName): Client
  /** Docker with the builder that its newer releases use. */
  createBuildKit(): Client
  close(): Promise<void>
}

/** Trust registries first (`world.trust`): BuildKit reads certificates when its engine starts. */
export async function openClients(world: World): Promise<Clients> {
  const [dockerd, containerd] = await Promise.all([startDockerd(world), startContainerd(world)])
  return {
    dockerd,
    containerd,
    create: (name) => create(name, world, dockerd, containerd),
    createBuildKit: () => createDocker(world, dockerd, { buildKit: true }),
    close: async () => {
      await Promise.all([dockerd.close(), containerd.close()])
    },
  }
}

function create(name: ClientName, world: World, dockerd: Dockerd, containerd: Containerd): Client {
  switch (name) {
    case 'docker':
      return createDocker(world, dockerd)
    case 'podman':
      return createPodman(world)
    case 'skopeo':
      return createSkopeo(world)
    case 'buildah':
      return createBuildah(world)
    case 'ctr':
      return createCtr(world, containerd)
  }
}

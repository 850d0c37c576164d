import { randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import type { Client } from './client.ts'
import { createContainers } from './containers.ts'

export function createSkopeo(world: World): Client {
  const skopeo = createContainers(world, 'skopeo', [])
  return {
    ...skopeo,
    name: 'skopeo',
    push: ({ layout }, reference) => skopeo.run(['copy', `oci:${layout}:latest`, `docker://${reference}`]),
    pull: (reference) =>
      skopeo.run(['copy', `docker://${reference}`, `dir:${world.path(`skopeo-${randomUUID()}`)}`]),
    build: () => Promise.resolve(undefined),
  }
}

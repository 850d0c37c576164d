import { beforeAll } from 'vitest'
import type { Answer, Sent } from './client.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, pushImage, putManifest } from './images.ts'
import type { Server } from './server.ts'

/** The organization's own address, as Azure's clients know a registry. */
export const site = 'acme.localhost'

/** An organization on a server of `describeServer`, with a token that may do everything there. Made before the tests. */
export function azureBed(server: () => Server) {
  let issued: Issued | undefined
  let count = 0
  beforeAll(async () => {
    await server().organization('acme')
    issued = await server().oat('acme', { '*': ALL })
  })

  function ci(): Issued {
    if (issued === undefined) throw new Error('the token is asked for before it was made')
    return issued
  }

  return {
    ci,
    acr: (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
      server().send(method, `/acr/v1/${path}`, { site, as: ci(), ...sent }),
    /** A repository with an image `v1`, which is `latest` too. */
    async make() {
      const name = `samples/app${(count += 1)}`
      const pushed = await pushImage(server(), name, { as: ci(), site, tag: 'v1' })
      demand(await putManifest(server(), name, pushed.manifest, { as: ci(), site, tag: 'latest' }), 201)
      const size = pushed.config.bytes.length + pushed.layer.bytes.length
      return { name, size, ...pushed }
    },
  }
}

/** The product in a world: at the world's own address, so that clients verify its certificate. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchWharden, type LaunchedWharden } from './launch-wharden.ts'
import type { World } from './world.ts'

export type Wharden = LaunchedWharden & {
  readonly directory: string
  /** `registry.test:5443`, as clients write it. */
  readonly registry: string
  /** The built-in authority's certificate. */
  readonly authorityPem: string
  close(): Promise<void>
}

export type WhardenOptions = {
  readonly host?: string
  readonly httpPort: number
  readonly httpsPort: number
  readonly environment?: Readonly<Record<string, string>>
}

/** Starts a server that clients trust from then on. */
export async function startWharden(world: World, name: string, options: WhardenOptions): Promise<Wharden> {
  const { host = 'registry.test', httpPort, httpsPort } = options
  const directory = world.path(name)
  const environment = {
    WHARDEN_LISTEN: world.address,
    WHARDEN_HTTPS_PORT: String(httpsPort),
    ...options.environment,
  }
  world.addHost(host)
  const launched = await launchWharden({ directory, host, httpPort, environment })
  const authorityPem = readFileSync(join(directory, 'ca.crt'), 'utf8')
  world.trust(`${host}:${httpsPort}`, authorityPem)
  return {
    ...launched,
    directory,
    registry: `${host}:${httpsPort}`,
    authorityPem,
    close: async () => void (await launched.daemon.close()),
  }
}

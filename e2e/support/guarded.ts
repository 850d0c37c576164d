/** CNCF Distribution, guarded by the product the way an operator makes it so: by what the command line prints. */
import { get } from 'node:https'
import { resolve } from 'node:path'
import { createAuthority } from './authority.ts'
import { startDistribution, type Distribution, type DistributionVersion } from './distribution.ts'
import type { Product } from './open-product.ts'
import { run, succeeded, type Ran } from './run.ts'

export type Guarded = Distribution & {
  /** The `auth` part it was started with, as printed. */
  readonly configuration: string
  /** What `GET /v2/…` is answered with. */
  status(path: string, token?: string): Promise<number | undefined>
}

const MAIN = resolve(import.meta.dirname, '../../packages/wharden/src/main.ts')

/** The product's command line as its administrator runs it on the registry's machine. */
export function guardCommand({ world, wharden, admin }: Product, args: readonly string[]): Promise<Ran> {
  return run(process.execPath, [MAIN, 'guard', ...args], {
    env: {
      XDG_CONFIG_HOME: world.path('operator'),
      WHARDEN_DATA: world.path('nothing'),
      WHARDEN_SERVER: `https://${wharden.registry}`,
      WHARDEN_CA: `${wharden.directory}/ca.crt`,
      WHARDEN_TOKEN: admin.bearer,
      WHARDEN_ORG: 'acme',
    },
  })
}

/** @param registry `HOST:PORT`, which is also the service's name; the world knows the host already */
export async function startGuarded(
  product: Product,
  program: string,
  version: DistributionVersion,
  registry: string,
): Promise<Guarded> {
  const { world, wharden } = product
  const [host = '', port = ''] = registry.split(':')
  const authority = await createAuthority(world)
  // Clients verify the token service by the authorities they hold for the registry that sends them there.
  world.trust(registry, authority.pem + wharden.authorityPem)
  const directory = world.path(`keys-${port}`)
  const [major = ''] = version.split('.')
  const options = ['--service', registry, '--for', major, '--directory', directory, '--write']
  const { stdout: configuration } = succeeded(await guardCommand(product, ['distribution', ...options]))
  const distribution = await startDistribution(world, program, {
    registry,
    tls: await authority.issue([host]),
    auth: { type: 'configuration', text: configuration },
  })
  const status = (path: string, token?: string) =>
    new Promise<number | undefined>((answered, failed) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      get(`https://${registry}/v2/${path}`, { ca: authority.pem, headers }, (response) => {
        response.resume()
        answered(response.statusCode)
      }).on('error', failed)
    })
  return { ...distribution, configuration, status }
}

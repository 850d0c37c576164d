import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServicePrincipal } from './administrator.ts'
import type { Credentials } from './clients/client.ts'
import { run, succeeded, type Ran } from './run.ts'
import type { Wharden } from './wharden.ts'
import type { World } from './world.ts'

/** The real `az`, with a configuration of its own that knows one cloud: a server of ours. */
export type Az = {
  run(args: readonly string[]): Promise<Ran>
  /** As a service principal, from now on; throws unless it succeeds. */
  signIn(principal: ServicePrincipal): Promise<void>
  /**
   * What a command of `az acr` printed as JSON; throws unless it succeeded.
   * @param as whose name and password are sent with it; otherwise it is the service principal's that signed in
   */
  // oxlint-disable-next-line no-explicit-any
  acr(args: readonly string[], as?: Credentials): Promise<any>
  /** What it said when it was refused; throws unless it was. */
  refused(args: readonly string[], as?: Credentials): Promise<string>
}

/** az starts in a second; under load in several. */
const LONGEST = 120_000

/**
 * How az gets to know its cloud: all of it is told; only where to ask, and where registries are, as it finds the rest; or
 * nothing, as the server is in a list of clouds.
 */
export type Way = 'told' | 'asks' | 'listed'

/**
 * Makes the server az's cloud: whoever brings a token's name and password needs no more, and never signs in. Organizations
 * are its registries: `--name acme` is asked at `acme.HOST`.
 */
export async function openAz(
  world: World,
  { registry, authorityPem }: Wharden,
  way: Way = 'told',
): Promise<Az> {
  const directory = world.path(`az-${way}`)
  mkdirSync(directory, { recursive: true })
  const authority = join(directory, 'ca.pem')
  writeFileSync(authority, authorityPem)
  const origin = `https://${registry}`
  const env = {
    AZURE_CONFIG_DIR: directory,
    AZURE_CORE_COLLECT_TELEMETRY: 'no',
    AZURE_CORE_ONLY_SHOW_ERRORS: 'yes',
    REQUESTS_CA_BUNDLE: authority,
    ...(way === 'listed' && {
      ARM_CLOUD_METADATA_URL: `${origin}/metadata/endpoints?api-version=2019-05-01`,
      SSL_CERT_FILE: authority,
    }),
  }
  const az = (args: readonly string[]) => run('az', args, { env, timeoutMilliseconds: LONGEST })
  if (way !== 'listed')
    succeeded(
      await az(['cloud', 'register', '--name', 'wharden', ...Object.entries(cloud(registry, way)).flat()]),
    )
  succeeded(await az(['cloud', 'set', '--name', 'wharden']))
  const acr = (args: readonly string[], as?: Credentials) =>
    az(['acr', ...args, ...(as === undefined ? [] : ['--username', as.username, '--password', as.password])])
  return {
    run: az,
    signIn: async ({ username, password, tenant }) => {
      const who = ['--username', username, '--password', password, '--tenant', tenant]
      succeeded(await az(['login', '--service-principal', ...who]))
    },
    acr: async (args, as) => {
      const { stdout } = succeeded(await acr(args, as))
      return stdout.trim() === '' ? undefined : JSON.parse(stdout)
    },
    refused: async (args, as) => {
      const ran = await acr(args, as)
      if (ran.exitCode === 0) throw new Error(`\`${ran.command}\` was not refused:\n${ran.output}`)
      return ran.output
    },
  }
}

function cloud(registry: string, way: Way): Readonly<Record<string, string>> {
  const origin = `https://${registry}`
  return {
    '--endpoint-resource-manager': origin,
    '--suffix-acr-login-server-endpoint': `.${registry}`,
    ...(way === 'told' && {
      '--endpoint-active-directory': `${origin}/adfs`,
      '--endpoint-active-directory-resource-id': `${origin}/`,
      '--endpoint-active-directory-graph-resource-id': `${origin}/`,
    }),
  }
}

import { isIP } from 'node:net'
import { Command } from 'commander'
import { CliError } from '../../cli-error.ts'
import type { Connection } from '../../connection/connect.ts'
import { examples } from '../../help.ts'
import {
  givenSecret,
  registryCredentialsOf,
  withRegistryCredentials,
  type RegistryCredentialOptions,
  type RegistryCredentials,
} from '../../input/registry-credentials.ts'
import { azuresRegistry, placeOf, withRegistry, type RegistryOptions } from '../../input/registry-option.ts'
import type { Io } from '../../io.ts'
import type { View } from '../../output/view.ts'
import { action, organizationOf, type Session } from '../../session.ts'

type Options = RegistryOptions & RegistryCredentialOptions & { readonly exposeToken?: boolean }

/** Who logs in with a token that was traded for a secret: the token says it. https://learn.microsoft.com/azure/container-registry/container-registry-authentication */
const NOBODY_IN_PARTICULAR = '00000000-0000-0000-0000-000000000000'

const ABOUT = `
Runs \`docker login\` (or DOCKER_COMMAND) with the token that is given, by standard input. Without one, the token that you are
signed in with, in WHARDEN_TOKEN or by \`wharden login --token-stdin\`, is traded for a login that ends with it. A session, which
is what a password gets you, is for the administration alone.

With --name or --registry the login is for the registry's own host, as with az: images are named myregistry.HOST/NAME. With
--org it is for the server's, which serves all organizations: images are named HOST/myregistry/NAME.`

export function registryLoginCommand(io: Io): Command {
  const command = withRegistry(new Command('login').description('Log a container client in to a registry'))
  return withRegistryCredentials(command)
    .option('--expose-token', 'run nothing, and print a token that logs in')
    .addHelpText('after', ABOUT)
    .addHelpText(
      'after',
      examples(
        [
          'echo "$TOKEN_PWD" | wharden registry login --name myregistry --username MyToken --password-stdin',
          'as az acr login does, without the password among the arguments',
        ],
        'WHARDEN_TOKEN=whd_oat_… wharden registry login --name myregistry',
        [
          'echo "$TOKEN_PWD" | wharden registry login -n myregistry --password-stdin --expose-token --query accessToken -o tsv',
          `docker takes it as the password of ${NOBODY_IN_PARTICULAR}`,
        ],
      ),
    )
    .action(action<Options>(io, login))
}

async function login(session: Session, options: Options): Promise<void> {
  const organization = organizationOf(placeOf(options), session.io)
  const isTraded = options.exposeToken === true && options.username === undefined
  const given = isTraded ? undefined : await registryCredentialsOf(session, options)
  const secret = isTraded ? await givenSecret(session, options) : given?.secret
  const connection = await session.connect()
  const server = await serverAt(connection)
  const own = azuresRegistry(options) === undefined ? undefined : ownHost(server, organization)
  const registry = own ?? server
  if (options.exposeToken === true) return expose(session, registry, secret ?? ownSecret(connection))
  const { containerLogin } = await import('../../connection/container-login.ts')
  await containerLogin(session.io, registry.host, given ?? (await traded(registry, ownSecret(connection))))
  session.say(`images are named ${registry.host}/${own === undefined ? `${organization}/` : ''}NAME`)
}

/** Where az goes: to a registry by its own name. Below an IP address there is none. */
function ownHost({ protocol, hostname, host }: URL, organization: string): URL | undefined {
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0
    ? new URL(`${protocol}//${organization}.${host}`)
    : undefined
}

/** Where container clients go: the server's registry address over TLS, which need not be the one that is asked here. */
async function serverAt({ api, server }: Connection): Promise<URL> {
  const { registries, certificateAuthority } = await api.system.trust()
  const [advertised] = registries
  if (advertised === undefined || advertised === new URL(server).host) return new URL(server)
  if (certificateAuthority !== null) {
    const { trustAlso } = await import('../../connection/trust-authority.ts')
    trustAlso([certificateAuthority.pem])
  }
  return new URL(`https://${advertised}`)
}

/** @throws CliError for a session: registries take tokens only */
function ownSecret({ secret, login: kept }: Connection): string {
  if (secret === undefined)
    throw new CliError('notSignedIn', 'which token?', `say \`--username NAME --password-stdin\``)
  if (kept?.secret !== secret || kept.kind !== 'session') return secret
  throw new CliError(
    'usage',
    `you are signed in as \`${kept.name}\` by a session, which is for the administration alone: registries take tokens`,
    'say `--username NAME --password-stdin` with a token; `wharden token create` makes one',
  )
}

async function traded(registry: URL, secret: string): Promise<RegistryCredentials> {
  const { exchangeSecret } = await import('../../connection/exchange-secret.ts')
  return { username: NOBODY_IN_PARTICULAR, secret: await exchangeSecret(registry, secret) }
}

type Exposed = { readonly accessToken: string; readonly loginServer: string }

const EXPOSED: View<Exposed> = [
  ['ACCESS TOKEN', ({ accessToken }) => accessToken],
  ['LOGIN SERVER', ({ loginServer }) => loginServer],
]

async function expose(session: Session, registry: URL, given: string): Promise<void> {
  const { username, secret } = await traded(registry, given)
  await session.print({ accessToken: secret, loginServer: registry.host }, EXPOSED)
  session.say(`next: docker login ${registry.host} --username ${username} --password-stdin`)
}

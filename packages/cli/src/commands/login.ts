import { Command } from 'commander'
import { resolve } from 'node:path'
import type { Whoami } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import type { Connection } from '../connection/connect.ts'
import type { Login } from '../connection/credentials.ts'
import { examples } from '../help.ts'
import { askText, readSecret } from '../input/secret.ts'
import type { Io } from '../io.ts'
import type { View } from '../output/view.ts'
import { action, type Session } from '../session.ts'

type LoginOptions = {
  readonly username?: string
  readonly passwordStdin?: boolean
  readonly tokenStdin?: boolean
}

export function loginCommand(io: Io): Command {
  return new Command('login')
    .description('Sign in to a server and remember it')
    .argument('[server]', 'address of the server, instead of --server')
    .option('-u, --username <name>', 'your user name')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token-stdin', 'read a token from standard input and use it instead of a password')
    .addHelpText(
      'after',
      examples(
        ['wharden login', 'asks for name and password; the server is the one on this machine'],
        'wharden login https://registry.example.com -u alice',
        'wharden login https://registry.example.com --token-stdin < token.txt',
      ),
    )
    .action(action<LoginOptions>(io, login))
}

async function login(session: Session, options: LoginOptions, address?: string): Promise<void> {
  if (options.passwordStdin === true && options.tokenStdin === true) {
    throw new CliError(
      'usage',
      '`--password-stdin` and `--token-stdin` exclude each other',
      'say one of them',
    )
  }
  const connection = await session.connect(address)
  const { server, clientWith } = connection
  const proven =
    options.tokenStdin === true
      ? await byToken(session, clientWith)
      : await byPassword(session, options, clientWith)
  await remember(session, connection, proven)
  session.say(`signed in to ${server} as \`${proven.name}\``)
}

type ClientWith = Connection['clientWith']

async function byPassword(session: Session, options: LoginOptions, clientWith: ClientWith): Promise<Login> {
  const user = await askText(session.io, options.username, 'user name', '--username NAME')
  const password = await readSecret(session.io, options.passwordStdin, {
    message: 'password',
    flag: '--password-stdin',
  })
  const {
    secret,
    expiresAt,
    user: name,
  } = await clientWith(undefined).session.create({ user, password }).catch(refuse)
  return { secret, name, kind: 'session', expiresAt }
}

/** Elsewhere who isn't signed in is told to log in: no advice to whom just tried. */
function refuse(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'unauthenticated')) throw error
  throw new CliError(
    'notSignedIn',
    error.message,
    'an administrator can help: they give links for new passwords, and enable users again',
    { cause: error },
  )
}

async function byToken(session: Session, clientWith: ClientWith): Promise<Login> {
  const secret = await readSecret(session.io, true, { message: 'token', flag: '--token-stdin' })
  const whoami = await clientWith(secret).session.show()
  return { secret, name: nameOf(whoami), kind: 'token', expiresAt: whoami.credential.expiresAt }
}

/** Keeps a login, and warns when the environment would hide it. */
export async function remember(
  session: Session,
  { server, ca }: Pick<Connection, 'server' | 'ca'>,
  login: Login,
): Promise<void> {
  const { credentialsPath, readCredentials, withLogin, writeCredentials } =
    await import('../connection/credentials.ts')
  const path = credentialsPath(session.io.environment)
  const kept = ca === undefined ? login : { ...login, ca: resolve(ca) }
  await writeCredentials(path, withLogin(await readCredentials(path), server, kept))
  if (session.io.environment['WHARDEN_TOKEN'])
    session.say('note: WHARDEN_TOKEN is set, and goes before this login')
}

export function logoutCommand(io: Io): Command {
  return new Command('logout')
    .description('Sign out and forget the login')
    .option('--everywhere', 'end all your sessions, not only this one')
    .addHelpText(
      'after',
      examples('wharden logout', 'wharden logout --server https://registry.example.com', [
        'wharden logout --everywhere',
        'when a machine was lost',
      ]),
    )
    .action(action<LogoutOptions>(io, logout))
}

type LogoutOptions = { readonly everywhere?: boolean }

async function logout(session: Session, { everywhere = false }: LogoutOptions): Promise<void> {
  const { server, login, clientWith } = await session.connect()
  if (login === undefined) return session.say(`not signed in to ${server}`)
  // What is to end elsewhere must have ended before the login that can end it is forgotten.
  if (everywhere) await clientWith(login.secret).session.endAll()
  const { credentialsPath, readCredentials, withoutLogin, writeCredentials } =
    await import('../connection/credentials.ts')
  const path = credentialsPath(session.io.environment)
  await writeCredentials(path, withoutLogin(await readCredentials(path), server))
  if (login.kind === 'session' && !everywhere) await endSession(session, clientWith(login.secret))
  session.say(everywhere ? `signed out everywhere of ${server}` : `signed out of ${server}`)
}

/** The login is forgotten already: what fails here is only told. */
async function endSession(session: Session, api: ReturnType<ClientWith>): Promise<void> {
  const { describeError } = await import('../describe-error.ts')
  await api.session.delete().catch((error: unknown) => {
    const described = describeError(error, 'the server')
    if (described.exit !== 'notSignedIn')
      session.say(`note: the session itself could not be ended: ${described.message}`)
  })
}

export function whoamiCommand(io: Io): Command {
  return new Command('whoami')
    .description('Show who you are to the server')
    .addHelpText(
      'after',
      examples('wharden whoami', 'wharden whoami --query "memberships[].organization" -o tsv'),
    )
    .action(
      action(io, async (session) => {
        const { api } = await session.connect()
        await session.print(await api.session.show(), WHOAMI)
      }),
    )
}

const WHOAMI: View<Whoami> = [
  ['NAME', nameOf],
  ['CREDENTIAL', ({ credential }) => credential.kind],
  ['EXPIRES', ({ credential }) => credential.expiresAt ?? 'never'],
  [
    'ORGANIZATIONS',
    (who) =>
      who.type === 'user'
        ? who.memberships.map(({ organization, role }) => `${organization} (${role})`)
        : [who.organization],
  ],
  ['COMPANIES', (who) => (who.type === 'user' ? who.companies : [])],
  ['ADMINISTRATOR', (who) => (who.type === 'user' && who.installationAdministrator ? 'yes' : 'no')],
]

function nameOf(whoami: Whoami): string {
  return whoami.type === 'user' ? whoami.user : `${whoami.organization} (${whoami.name})`
}

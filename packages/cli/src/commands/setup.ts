import { Command } from 'commander'
import { examples } from '../help.ts'
import { askText, readNewPassword, readSecret } from '../input/secret.ts'
import { linkServer, parseLinkSecret } from '../input/link-secret.ts'
import type { Io } from '../io.ts'
import { action, type Session } from '../session.ts'
import { remember } from './login.ts'

type Options = {
  readonly username?: string
  readonly org?: string
  readonly secretStdin?: boolean
  readonly passwordStdin?: boolean
}

export function setupCommand(io: Io): Command {
  return new Command('setup')
    .description('Make the first administrator of a new server, and if wished the first organization')
    .option('-u, --username <name>', "the administrator's user name")
    .option('--org <name>', 'an organization to create, owned by the administrator')
    .option('--secret-stdin', 'read the one-time link or secret from standard input')
    .option(
      '--password-stdin',
      'read the new password from standard input, after the secret if both are read',
    )
    .addHelpText(
      'after',
      examples(
        ['wharden setup', 'asks for the link that `wharden serve` printed, a name and a password'],
        [
          'printf \'%s\\n\' "$LINK" "$PASSWORD" | wharden setup -u alice --org myregistry --secret-stdin --password-stdin',
          'in a script',
        ],
      ),
    )
    .action(action<Options>(io, setup))
}

async function setup(session: Session, options: Options): Promise<void> {
  const { io } = session
  const link = await readSecret(io, options.secretStdin, {
    message: 'the one-time link or secret that the server printed',
    flag: '--secret-stdin',
  })
  // The link says which server it opens, unless the user does.
  const connection = await session.connect(session.globals.server ?? linkServer(link))
  const { server, clientWith } = connection
  const user = await askText(io, options.username, "the administrator's user name", '--username NAME')
  const password = await readNewPassword(io, options.passwordStdin, {
    message: 'a new password',
    flag: '--password-stdin',
  })
  const made = await clientWith(undefined).setup.complete({
    secret: parseLinkSecret(link),
    user,
    password,
    ...(options.org === undefined ? {} : { organization: options.org }),
  })
  await remember(session, connection, {
    secret: made.session.secret,
    name: made.user.name,
    kind: 'session',
    expiresAt: made.session.expiresAt,
  })
  session.say(`\`${made.user.name}\` administers ${server}, and is signed in here`)
  session.say(
    made.organization === null
      ? 'next: `wharden org create NAME`'
      : `organization \`${made.organization.name}\` is ready; images are named ${made.organization.registry.path}/NAME`,
  )
}

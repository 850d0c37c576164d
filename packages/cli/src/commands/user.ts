import { Command } from 'commander'
import type { User } from '@wharden/api'
import { allPages } from '../all-pages.ts'
import { examples } from '../help.ts'
import { confirm, readNewPassword, readSecret } from '../input/secret.ts'
import { changePasswordCommand } from './change-password.ts'
import { parseLinkSecret } from '../input/link-secret.ts'
import type { Io } from '../io.ts'
import { action, type Session } from '../session.ts'
import { userUpdateCommand } from './user-update.ts'
import { USER_VIEW } from './user-view.ts'

type CreateOptions = {
  readonly displayName?: string
  readonly email?: string
  readonly administrator?: boolean
  readonly passwordStdin?: boolean
}

export function userCommand(io: Io): Command {
  return new Command('user')
    .description('Users: create, list, show, update, disable, enable, delete, and their passwords')
    .addCommand(createCommand(io))
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(userUpdateCommand(io))
    .addCommand(
      statusCommand(
        io,
        'disable',
        'disabled',
        'Disable a user: they and their personal tokens can do nothing',
      ),
    )
    .addCommand(statusCommand(io, 'enable', 'active', 'Enable a disabled user again'))
    .addCommand(deleteCommand(io))
    .addCommand(passwordLinkCommand(io))
    .addCommand(setPasswordCommand(io))
    .addCommand(changePasswordCommand(io))
    .addCommand(signOutCommand(io))
}

function createCommand(io: Io): Command {
  return new Command('create')
    .description('Create a user; without a password, a one-time link to set one is printed')
    .argument('<name>')
    .option('--display-name <text>', 'a name for people')
    .option('--email <address>')
    .option('--administrator', 'administers the installation')
    .option('--password-stdin', 'read a password from standard input')
    .addHelpText(
      'after',
      examples('wharden user create alice', 'wharden user create alice --password-stdin < password.txt'),
    )
    .action(action<CreateOptions>(io, create))
}

async function create(session: Session, options: CreateOptions, name = ''): Promise<void> {
  const { api } = await session.connect()
  const { passwordStdin, administrator, ...settings } = options
  const password =
    passwordStdin === true
      ? { password: await readSecret(session.io, true, { message: 'password', flag: '--password-stdin' }) }
      : {}
  const made = await api.user.create({
    name,
    ...settings,
    ...(administrator === undefined ? {} : { installationAdministrator: administrator }),
    ...password,
  })
  await session.print(made, [
    ...USER_VIEW.map(([header, cell]) => [header, (row: typeof made) => cell(row.user)] as const),
    ['PASSWORD LINK', ({ passwordLink }) => passwordLink?.url],
  ])
  if (made.passwordLink !== null) session.say(`the link works once, until ${made.passwordLink.expiresAt}`)
}

function listCommand(io: Io): Command {
  return new Command('list')
    .description('List all users of the installation')
    .addHelpText(
      'after',
      examples('wharden user list', 'wharden user list --query "[?status==\'disabled\'].name" -o tsv'),
    )
    .action(
      action(io, async (session) => {
        const { api } = await session.connect()
        await session.print(await allPages((query) => api.user.list(query)), USER_VIEW)
      }),
    )
}

function showCommand(io: Io): Command {
  return new Command('show')
    .description('Show one user')
    .argument('<name>')
    .addHelpText('after', examples('wharden user show alice'))
    .action(
      action(io, async (session, _options, user = '') => {
        const { api } = await session.connect()
        await session.print(await api.user.show({ user }), USER_VIEW)
      }),
    )
}

function statusCommand(io: Io, verb: string, status: User['status'], description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<name>')
    .addHelpText('after', examples(`wharden user ${verb} alice`))
    .action(
      action(io, async (session, _options, user = '') => {
        const { api } = await session.connect()
        const updated = await api.user.update({ user, status })
        await session.print(updated, USER_VIEW)
        if (updated.withoutActiveOwner.length > 0)
          session.say(
            `warning: without an active owner now: ${updated.withoutActiveOwner.join(', ')}; \`wharden member set USER owner --org NAME\` makes one`,
          )
      }),
    )
}

function deleteCommand(io: Io): Command {
  return new Command('delete')
    .description('Delete a user with their personal tokens, for good')
    .argument('<name>')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('wharden user delete alice --yes'))
    .action(
      action<{ readonly yes?: boolean }>(io, async (session, options, user = '') => {
        await confirm(io, options.yes, `delete \`${user}\` with all their personal tokens?`)
        const { api } = await session.connect()
        await api.user.delete({ user })
        session.say(`\`${user}\` is deleted`)
      }),
    )
}

function passwordLinkCommand(io: Io): Command {
  return new Command('password-link')
    .description('Make a one-time link by which a user sets a new password')
    .argument('<name>')
    .addHelpText('after', examples('wharden user password-link alice'))
    .action(
      action(io, async (session, _options, user = '') => {
        const { api } = await session.connect()
        await session.print(await api.user.createPasswordLink({ user }), [
          ['LINK', ({ url }) => url],
          ['EXPIRES', ({ expiresAt }) => expiresAt],
        ])
      }),
    )
}

type SetPasswordOptions = { readonly linkStdin?: boolean; readonly passwordStdin?: boolean }

function setPasswordCommand(io: Io): Command {
  return new Command('set-password')
    .description('Set your password with a one-time link; nobody need be signed in')
    .option('--link-stdin', 'read the link from standard input')
    .option('--password-stdin', 'read the new password from standard input, after the link if both are read')
    .addHelpText('after', examples(['wharden user set-password', 'asks for the link and the password']))
    .action(
      action<SetPasswordOptions>(io, async (session, options) => {
        const { server, clientWith } = await session.connect()
        const link = await readSecret(io, options.linkStdin, {
          message: 'the one-time link',
          flag: '--link-stdin',
        })
        const question = { message: 'a new password', flag: '--password-stdin' }
        const password = await readNewPassword(io, options.passwordStdin, question)
        await clientWith(undefined).user.setPassword({ secret: parseLinkSecret(link), password })
        session.say(`the password is set; next: wharden login ${server}`)
      }),
    )
}

function signOutCommand(io: Io): Command {
  return new Command('sign-out')
    .description('End all sessions of a user; they can sign in again, and their tokens go on')
    .argument('<name>')
    .addHelpText('after', examples('wharden user sign-out alice'))
    .action(
      action(io, async (session, _options, user = '') => {
        const { api } = await session.connect()
        const { ended } = await api.user.endSessions({ user })
        session.say(`${user} is signed out; sessions ended: ${ended}`)
      }),
    )
}

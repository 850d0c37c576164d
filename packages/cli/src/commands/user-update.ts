import { Command, Option } from 'commander'
import type { User } from '@wharden/api'
import { CliError } from '../cli-error.ts'
import { examples } from '../help.ts'
import type { Io } from '../io.ts'
import { action } from '../session.ts'
import { USER_VIEW } from './user-view.ts'

type UpdateOptions = {
  readonly displayName?: string
  readonly email?: string
  readonly administrator?: 'true' | 'false'
}

export function userUpdateCommand(io: Io): Command {
  return new Command('update')
    .description('Change what is said of a user, or whether they administer the installation')
    .argument('<name>')
    .option('--display-name <text>', 'a name for people')
    .option('--email <address>', 'their e-mail address, or `none`')
    .addOption(
      new Option('--administrator <bool>', 'whether they administer the installation').choices([
        'true',
        'false',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'wharden user update alice --display-name "Alice A." --email alice@example.com',
        'wharden user update bob --administrator true',
      ),
    )
    .action(
      action<UpdateOptions>(io, async (session, options, user = '') => {
        const change = changeOf(options)
        const { api } = await session.connect()
        await session.print(await api.user.update({ user, ...change }), USER_VIEW)
      }),
    )
}

/** Only what was said. @throws CliError */
function changeOf({ displayName, email, administrator }: UpdateOptions) {
  const change: Partial<Pick<User, 'displayName' | 'email' | 'installationAdministrator'>> = {
    ...(displayName === undefined ? {} : { displayName }),
    ...(email === undefined ? {} : { email: email === 'none' ? null : email }),
    ...(administrator === undefined ? {} : { installationAdministrator: administrator === 'true' }),
  }
  if (Object.keys(change).length > 0) return change
  throw new CliError('usage', 'nothing to change', '`wharden user update --help` shows what can be')
}

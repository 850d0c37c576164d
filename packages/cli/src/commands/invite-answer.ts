import { Command } from 'commander'
import { examples } from '../help.ts'
import { linkServer, parseLinkSecret } from '../input/link-secret.ts'
import { readNewPassword, readSecret } from '../input/secret.ts'
import type { Io } from '../io.ts'
import { action, type Session } from '../session.ts'
import { ACCEPTANCE_VIEW } from './invite-view.ts'

type AnswerOptions = { readonly linkStdin?: boolean }
type AcceptOptions = AnswerOptions & {
  readonly create?: string
  readonly displayName?: string
  readonly passwordStdin?: boolean
}

const OPERAND = 'its link, or its id from `wharden invite list --mine`; asked for if not given'
const LINK_STDIN = 'read the link from standard input, where no other user of this machine sees it'

export function inviteAcceptCommand(io: Io): Command {
  return new Command('accept')
    .description('Accept an invite: signed in, or by making an account')
    .argument('[invite]', OPERAND)
    .option('--create <name>', 'make an account with this user name, for an invite to an e-mail address')
    .option('--display-name <text>', 'with --create: a name for people')
    .option('--link-stdin', LINK_STDIN)
    .option(
      '--password-stdin',
      'with --create: read the new password from standard input, after the link if both are read',
    )
    .addHelpText(
      'after',
      examples(
        ['wharden invite accept', 'asks for the link'],
        'wharden invite accept 01a1fd8c-6900-743c-933e-fac988a4f80f',
        [
          'printf \'%s\\n\' "$LINK" "$PASSWORD" | wharden invite accept --create ann --link-stdin --password-stdin',
          'in a script, without an account',
        ],
      ),
    )
    .action(action<AcceptOptions>(io, accept))
}

async function accept(session: Session, options: AcceptOptions, operand?: string): Promise<void> {
  const { create: user, displayName, passwordStdin } = options
  const { which, connection } = await find(session, options, operand)
  if (user === undefined) {
    const accepted = await connection.api.invite.accept(which)
    await session.print(accepted, ACCEPTANCE_VIEW)
    return session.say(accepted.message)
  }
  const password = await readNewPassword(session.io, passwordStdin, {
    message: 'a new password',
    flag: '--password-stdin',
  })
  const accepted = await connection.clientWith(undefined).invite.register({
    secret: 'secret' in which ? which.secret : which.invite,
    user,
    password,
    ...(displayName === undefined ? {} : { displayName }),
  })
  await session.print(accepted, ACCEPTANCE_VIEW)
  session.say(`${accepted.message}; next: wharden login ${connection.server} -u ${accepted.user}`)
}

export function inviteDeclineCommand(io: Io): Command {
  return new Command('decline')
    .description('Decline an invite: by its link nobody need be signed in')
    .argument('[invite]', OPERAND)
    .option('--link-stdin', LINK_STDIN)
    .addHelpText(
      'after',
      examples(
        ['wharden invite decline', 'asks for the link'],
        'wharden invite decline 01a1fd8c-6900-743c-933e-fac988a4f80f',
      ),
    )
    .action(
      action<AnswerOptions>(io, async (session, options, operand) => {
        const { which, connection } = await find(session, options, operand)
        await connection.api.invite.decline(which)
        session.say('the invite is declined')
      }),
    )
}

/** The invite that was named, and the server it is on: a link says so, unless the user does. */
async function find(session: Session, { linkStdin }: AnswerOptions, operand: string | undefined) {
  const text =
    operand ??
    (await readSecret(session.io, linkStdin, { message: 'the invite’s link', flag: '--link-stdin' }))
  const connection = await session.connect(session.globals.server ?? linkServer(text))
  return { which: inviteIn(text), connection }
}

/** A link or its secret, or else an id. */
export function inviteIn(text: string): { readonly secret: string } | { readonly invite: string } {
  const secret = parseLinkSecret(text)
  return secret !== text.trim() || secret.startsWith('whd_') ? { secret } : { invite: secret }
}

import { Command } from 'commander'
import { findToken } from '../../find-token.ts'
import { examples } from '../../help.ts'
import { confirm } from '../../input/secret.ts'
import type { Io } from '../../io.ts'
import { action, optionalOrganization, type Session } from '../../session.ts'
import { wantedToken, withToken, type Named } from './operand.ts'
import { TOKEN_VIEW, tokenName } from './view.ts'

type Passwords = Named & {
  readonly password1?: boolean
  readonly password2?: boolean
  readonly yes?: boolean
}

export function tokenCredentialCommand(io: Io): Command {
  return new Command('credential')
    .description("A registry token's two passwords: generate, delete")
    .addCommand(generateCommand(io))
    .addCommand(deleteCommand(io))
}

function withPasswords(command: Command): Command {
  return withToken(command)
    .option('--password1', 'only this one; without either, both')
    .option('--password2', 'only this one')
}

function namesOf({ password1, password2 }: Passwords): ('password1' | 'password2')[] {
  if (password1 === password2) return ['password1', 'password2']
  return password1 === true ? ['password1'] : ['password2']
}

function generateCommand(io: Io): Command {
  return withPasswords(
    new Command('generate').description('Generate passwords, in place of those of the same names'),
  )
    .addHelpText('after', examples('wharden token credential generate MyToken --org myregistry --password1'))
    .action(
      action<Passwords>(io, async (session, options, operand) => {
        const { api, id } = await find(session, options, io, operand)
        await session.print(await api.tokenPassword.generate({ token: id, names: namesOf(options) }), [])
      }),
    )
}

function deleteCommand(io: Io): Command {
  return withPasswords(new Command('delete').description('Delete passwords; whoever uses them is refused'))
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples('wharden token credential delete MyToken --org myregistry --password1 --yes'),
    )
    .action(
      action<Passwords>(io, async (session, options, operand) => {
        const { api, id, token } = await find(session, options, io, operand)
        const names = namesOf(options)
        await confirm(io, options.yes, `delete ${names.join(' and ')} of \`${tokenName(token)}\`?`)
        for (const name of names)
          await session.print(await api.tokenPassword.delete({ token: id, name }), TOKEN_VIEW)
      }),
    )
}

async function find(session: Session, options: Passwords, io: Io, operand: string | undefined) {
  const wanted = wantedToken(options, operand)
  const { api } = await session.connect()
  const token = await findToken(api, wanted, optionalOrganization(options, io))
  return { api, id: token.id, token }
}

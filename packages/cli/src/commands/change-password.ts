import { Command } from 'commander'
import { examples } from '../help.ts'
import { readNewPassword, readSecret } from '../input/secret.ts'
import type { Io } from '../io.ts'
import { action } from '../session.ts'

export function changePasswordCommand(io: Io): Command {
  return new Command('change-password')
    .description('Change your own password; your other sessions end')
    .option('--password-stdin', 'read the present password and the new one from standard input, a line each')
    .addHelpText(
      'after',
      examples(
        ['wharden user change-password', 'asks for both'],
        'wharden user change-password --password-stdin < passwords.txt',
      ),
    )
    .action(
      action<{ readonly passwordStdin?: boolean }>(io, async (session, { passwordStdin }) => {
        const { api } = await session.connect()
        const flag = '--password-stdin'
        const current = await readSecret(io, passwordStdin, { message: 'your present password', flag })
        const password = await readNewPassword(io, passwordStdin, { message: 'a new password', flag })
        await api.user.changePassword({ current, password })
        session.say('the password is changed, and your other sessions have ended')
      }),
    )
}

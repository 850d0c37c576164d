import { examples, type GlobalOptions, type View } from '@wharden/cli'
import type { RestoreReport } from '@wharden/server'
import { Command } from 'commander'
import { FILLED } from './filled-view.ts'
import { runCopying } from './run-copying.ts'

/** `wharden restore`: into an empty installation, and nowhere else. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'fill an empty installation with a backup, by the settings its server will have; the server must not run',
    )
    .argument('<directory>', 'a backup')
    .addHelpText(
      'after',
      examples(
        ['wharden restore /backups/wharden', 'the seal key must be there: data/seal.key or WHARDEN_SEAL_KEY'],
        'WHARDEN_DATABASE_URL=postgres://wharden@db/wharden wharden restore /backups/wharden',
      ),
    )
    .action(async (directory: string, _: unknown, command: Command) => {
      const { restore } = await import('@wharden/server')
      await runCopying(command.optsWithGlobals<GlobalOptions>(), RESTORED, (copying) =>
        restore({ ...copying, environment: process.env, directory }),
      )
    })
}

const RESTORED: View<RestoreReport> = [['TAKEN', ({ takenAt }) => takenAt], ...FILLED]

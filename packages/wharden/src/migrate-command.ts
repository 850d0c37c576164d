import { examples } from '@wharden/cli'
import { Command } from 'commander'

/** `wharden migrate`: what `serve` does at its start, by itself, for those who want to see it done first. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'bring the database of WHARDEN_DATA or WHARDEN_DATABASE_URL up to date; a running server does so by itself',
    )
    .option('--check', 'change nothing; exit with 1 if there is something to do')
    .addHelpText('after', examples(['wharden migrate --check', 'before an upgrade'], 'wharden migrate'))
    .action(async ({ check = false }: { readonly check?: boolean }) => {
      const { migrate } = await import('@wharden/server')
      process.exitCode = await migrate({
        environment: process.env,
        print: (text) => void process.stdout.write(`${text}\n`),
        check,
      })
    })
}

import { createCli, runCli } from '@wharden/cli'
import manifest from '../package.json' with { type: 'json' }
import { backupCommand } from './backup-command.ts'
import { demoCommand } from './demo-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { moveCommand } from './move-command.ts'
import { restoreCommand } from './restore-command.ts'
import { serveCommand } from './serve-command.ts'

/**
 * The whole command line: what speaks to a server, and what is one.
 * @param argv what follows the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  // The server is loaded only by those who run it, or ask what its settings are.
  const settings = argv.includes('serve') ? (await import('@wharden/server')).settingsReference : []
  const cli = createCli().version(manifest.version, '-V, --version', 'print the version')
  cli.addCommand(serveCommand(settings)).addCommand(migrateCommand())
  cli.addCommand(backupCommand(manifest.version)).addCommand(restoreCommand()).addCommand(moveCommand())
  cli.addCommand(demoCommand())
  const code = await runCli(cli, argv)
  // `serve` and `migrate` say how they ended by the process's own exit code.
  return code === 0 ? Number(process.exitCode ?? 0) : code
}

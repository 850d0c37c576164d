import { examples, type GlobalOptions, type View } from '@wharden/cli'
import type { BackupReport, CheckReport } from '@wharden/server'
import { Command } from 'commander'
import { runCopying } from './run-copying.ts'
import { formatBytes } from './show-progress.ts'

type Options = GlobalOptions & { readonly check?: boolean; readonly withSealKey?: boolean }

/** `wharden backup`: beside a running server, again and again into the same directory. */
export function backupCommand(version: string): Command {
  return new Command('backup')
    .description(
      'save everything into a directory while the server runs, by the same settings as the server; again into the same directory copies only what it lacks',
    )
    .argument('<directory>', 'made if it is not there; readable by its owner only')
    .option('--check', 'read the backup that is there and verify all of it, instead of taking one')
    .option('--with-seal-key', 'put the seal key into the backup, which then is as good as the server itself')
    .addHelpText(
      'after',
      examples('wharden backup /backups/wharden', [
        'wharden backup /backups/wharden --check',
        'now and then: disks forget',
      ]),
    )
    .action(async (directory: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { backup, checkBackup } = await import('@wharden/server')
      if (options.check === true) {
        await runCopying(options, CHECKED, (copying) => checkBackup({ ...copying, directory }))
        return
      }
      const { withSealKey = false } = options
      await runCopying(options, TAKEN, (copying) =>
        backup({ ...copying, environment: process.env, directory, version, withSealKey }),
      )
    })
}

const CHECKED: View<CheckReport> = [
  ['DIRECTORY', ({ directory }) => directory],
  ['TAKEN', ({ takenAt }) => takenAt],
  ['ROWS', ({ rows }) => rows],
  ['BLOBS', ({ blobs }) => blobs.count],
  ['SIZE', ({ blobs }) => formatBytes(blobs.bytes)],
]

const TAKEN: View<BackupReport> = [
  ['DIRECTORY', ({ directory }) => directory],
  ['TAKEN', ({ takenAt }) => takenAt],
  ['ROWS', ({ rows }) => rows],
  ['BLOBS', ({ blobs }) => blobs.count],
  ['SIZE', ({ blobs }) => formatBytes(blobs.bytes)],
  ['COPIED', ({ blobs }) => formatBytes(blobs.copiedBytes)],
  ['SEAL KEY', keeping],
]

function keeping({ sealKeyIncluded, sealKeys }: BackupReport): string {
  if (sealKeyIncluded) return 'included'
  return sealKeys.length === 0 ? 'not needed' : `keep ${sealKeys.join(', ')}`
}

import { examples, type GlobalOptions, type View } from '@wharden/cli'
import type { PrepareReport } from '@wharden/server'
import { Command } from 'commander'
import { FILLED } from './filled-view.ts'
import { runCopying } from './run-copying.ts'
import { formatBytes } from './show-progress.ts'

type Options = GlobalOptions & { readonly to: string; readonly prepare?: boolean }

/** `wharden move`: from SQLite and files to PostgreSQL and S3, and back. */
export function moveCommand(): Command {
  return new Command('move')
    .description(
      'bring this installation to another database, another store for images, or both; the servers must be stopped, save with --prepare',
    )
    .requiredOption(
      '--to <file>',
      'the settings of the server as it is to be, as NAME=VALUE lines; those of now are in the environment',
    )
    .option('--prepare', 'bring the images only, while the server runs; the move then has little left to do')
    .addHelpText(
      'after',
      examples(
        ['wharden move --to new.env --prepare', 'as often as you like, the server goes on'],
        ['wharden move --to new.env', 'the servers stopped; then start with the new settings'],
      ),
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { move, prepareMove } = await import('@wharden/server')
      const places = { environment: process.env, to: options.to }
      if (options.prepare === true)
        await runCopying(options, PREPARED, (copying) => prepareMove({ ...copying, ...places }))
      else await runCopying(options, FILLED, (copying) => move({ ...copying, ...places }))
    })
}

const PREPARED: View<PrepareReport> = [
  ['BLOBS', ({ blobs }) => blobs.count],
  ['SIZE', ({ blobs }) => formatBytes(blobs.bytes)],
  ['COPIED', ({ blobs }) => formatBytes(blobs.copiedBytes)],
]

import { CliError, render, type GlobalOptions, type View } from '@wharden/cli'
import type { Copying } from '@wharden/server'
import { showProgress } from './show-progress.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs a backup, restore or move before people's eyes: progress and warnings on standard error, the report on standard output. */
export async function runCopying<Report>(
  { output, query }: GlobalOptions,
  view: View<Report>,
  work: (copying: Copying) => Promise<Report>,
): Promise<void> {
  const { CopyError } = await import('@wharden/server')
  const shown = showProgress(process.stderr, () => performance.now())
  const warn = (sentence: string): void => {
    shown.clear()
    process.stderr.write(`warning: ${sentence}\n`)
  }
  let report: Report
  try {
    report = await work({ progress: shown.show, warn, signal: stopSignal() })
  } catch (cause) {
    if (cause instanceof CopyError) throw new CliError(cause.exit, cause.message, undefined, { cause })
    throw cause
  } finally {
    shown.clear()
  }
  process.stdout.write(await render(report, view, output, query))
}

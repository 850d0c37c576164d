/**
 * Measures the real server beside its peers, in turn, on this machine: `npm run bench` (a few minutes) or
 * `npm run bench -- --full`. Writes the raw rows to `bench/results/` and the page `bench/README.md`.
 * Exit code: 0 if every floor is met, 1 if one is missed, 2 if it could not be measured.
 *
 *   --rows manifest,push      only rows that begin so (nothing is written then)
 *   --page                    measures nothing: writes the page anew from the rows that were kept
 *   --directory /mnt/disk     where data is kept; default: tmpfs, as disks' pace is nobody's merit
 */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runBenchmark } from './run-benchmark.ts'
import { judge } from './report/floors.ts'
import { printTable, printVerdicts } from './report/print.ts'
import { treeOf } from '../e2e/support/process-tree.ts'
import { keepResults } from './report/keep.ts'
import { writePage } from './report/page.ts'

const { values } = parseArgs({
  options: {
    page: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    rows: { type: 'string' },
    directory: { type: 'string', default: '/dev/shm' },
  },
})

if (values.page) {
  await writePage()
  process.exit(0)
}

const directory = await mkdtemp(`${values.directory}/wharden-bench-`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abandon)
try {
  const results = await runBenchmark({
    mode: values.full ? 'full' : 'quick',
    directory,
    rows: values.rows?.split(','),
    say: (line) => console.error(line),
  })
  const verdicts = judge(results)
  printTable(results)
  printVerdicts(results, verdicts)
  if (values.rows === undefined) {
    await keepResults(results)
    await writePage()
  }
  process.exitCode = verdicts.some(({ met }) => met === 'missed') ? 1 : 0
} catch (cause) {
  console.error(cause)
  process.exitCode = 2
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Whoever is told to stop in the middle leaves no server behind. */
function abandon(): void {
  for (const pid of treeOf([process.pid])) if (pid !== process.pid) process.kill(pid, 'SIGKILL')
  rmSync(directory, { recursive: true, force: true })
  process.exit(130)
}

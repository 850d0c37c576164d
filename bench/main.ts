/**
 * Measures the real server beside its peers, in turn, on this machine: `npm run bench` (a few minutes) or
 * `npm run bench -- --full`. Writes the raw rows to `bench/results/` and the page `bench/README.md`.
 * Exit code: 0 if every floor is met, 1 if one is missed, 2 if it could not be measured.
 *
 *   --rows manifest,push      only rows that begin so (nothing is written then)
 *   --directory /mnt/disk     where data is kept; default: tmpfs, as disks' pace is nobody's merit
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runBenchmark } from './run-benchmark.ts'
import { judge } from './report/floors.ts'
import { printTable, printVerdicts } from './report/print.ts'
import { writeResults } from './report/write.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    rows: { type: 'string' },
    directory: { type: 'string', default: '/dev/shm' },
  },
})

const directory = await mkdtemp(`${values.directory}/wharden-bench-`)
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
  if (values.rows === undefined) await writeResults(results)
  process.exitCode = verdicts.some(({ met }) => met === 'missed') ? 1 : 0
} catch (cause) {
  console.error(cause)
  process.exitCode = 2
} finally {
  await rm(directory, { recursive: true, force: true })
}

/**
 * `npm test`: the unit tests, then the end-to-end tests in worlds of their own, then one closing line with both counts.
 * Arguments narrow both (`npm test -- packages/oci`, `npm test -- e2e/harness -t podman`).
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDistribution } from '../e2e/support/distribution.ts'
import { whyNoWorld } from '../e2e/support/requirements.ts'
import { runInWorld } from '../e2e/support/run-in-world.ts'
import { IN_CI, ROOT } from './repository.ts'
import { runAttached } from './run-command.ts'
import { addUp, closingLine, readReport, type Report } from './test/report.ts'

const narrowing = process.argv.slice(2)

/** Servers that fail, restart and wait for one another; and all the rest, which computes: two worlds know nothing of each other. */
const HALVES = [['e2e/servers'], ['--exclude', 'e2e/servers/**']]
const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
const directory = await mkdtemp(join(tmpdir(), 'wharden-test-'))

try {
  const unbuilt = await build()
  const unit = await runProject('unit', runAttached, narrowing)
  const report = addUp([unit, ...(await runEndToEnd())])
  for (const line of [...report.skipped, ...unbuilt]) console.log(`SKIPPED ${line}`)
  console.log(closingLine(report))
  // End-to-end tests fail by themselves where a skip isn't excused: they know what was missing.
  const inexcusable = IN_CI && unit.skippedTests > 0
  if (inexcusable) console.log(`in CI a skip is a failure: ${unit.skipped.join(', ')}`)
  process.exitCode = report.ok && !inexcusable ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** What tests build from source they must find built: their world has no network. @returns why something isn't there */
async function build(): Promise<readonly string[]> {
  const wanted = narrowing.length === 0 || narrowing.some((word) => word.startsWith('e2e'))
  if (!wanted || whyNoWorld() !== undefined) return []
  const distribution = await findDistribution('3.1')
  return distribution.type === 'ok' ? [] : [`e2e: distribution 3.1: ${distribution.reason}`]
}

type Runner = (command: string, args: readonly string[]) => Promise<number>

async function runEndToEnd(): Promise<readonly Report[]> {
  // Without a world the tests run all the same, to say one by one why they can't.
  if (whyNoWorld() !== undefined) return [await runProject('e2e', runAttached, narrowing)]
  if (narrowing.length > 0 || availableParallelism() === 1)
    return [await runProject('e2e', runInWorld, narrowing)]
  return Promise.all(HALVES.map((half) => runProject('e2e', runInWorld, half)))
}

async function runProject(project: string, runner: Runner, which: readonly string[]): Promise<Report> {
  const outputFile = join(directory, `${project}-${randomUUID()}.json`)
  const exitCode = await runner(process.execPath, [
    vitest,
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    '--passWithNoTests',
    ...which,
  ])
  return readReport(project, outputFile, exitCode)
}

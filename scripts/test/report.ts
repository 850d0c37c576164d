/** What one run of vitest came to, from its JSON report. */
import { readFileSync } from 'node:fs'

export type Report = {
  readonly ok: boolean
  readonly passed: number
  readonly failed: number
  readonly skippedTests: number
  /** One line for each group that was skipped, with the reason that stands in its title. */
  readonly skipped: readonly string[]
}

/** A run that left no report has failed, whatever it says. */
export function readReport(project: string, path: string, exitCode: number): Report {
  const parsed = parse(path)
  return parsed === undefined ? NO_REPORT : judge(project, parsed, exitCode)
}

export function judge(project: string, { testResults }: Parsed, exitCode: number): Report {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  // A file that can't be loaded, or whose preparation fails, fails no test: it counts as one itself.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(fails),
  )
  const failed = tests.filter(fails).length + broken.length
  // Tests of a broken file weren't skipped for a reason of their own.
  const excused = testResults
    .filter((file) => !broken.includes(file))
    .flatMap((file) => file.assertionResults)
  return {
    ok: exitCode === 0,
    passed: tests.filter(({ status }) => status === 'passed').length,
    // An error outside of any file fails the run and nothing in it.
    failed: exitCode === 0 ? failed : Math.max(failed, 1),
    skippedTests: tests.filter(skips).length,
    skipped: [
      ...new Set(excused.filter(skips).map((test) => `${project}: ${test.ancestorTitles[0] ?? test.title}`)),
    ],
  }
}

const NO_REPORT: Report = { ok: false, passed: 0, failed: 1, skippedTests: 0, skipped: [] }

function fails({ status }: Test): boolean {
  return status === 'failed'
}

function skips({ status }: Test): boolean {
  return status !== 'failed' && status !== 'passed'
}

export function addUp(reports: readonly Report[]): Report {
  return {
    ok: reports.every(({ ok }) => ok),
    passed: sum(reports.map(({ passed }) => passed)),
    failed: sum(reports.map(({ failed }) => failed)),
    skippedTests: sum(reports.map(({ skippedTests }) => skippedTests)),
    skipped: reports.flatMap(({ skipped }) => skipped),
  }
}

export function closingLine({ passed, failed, skippedTests }: Report): string {
  return `${passed} passed, ${failed} failed${skippedTests === 0 ? '' : `, ${skippedTests} skipped`}`
}

type Test = { readonly status: string; readonly title: string; readonly ancestorTitles: readonly string[] }
type File = { readonly status: string; readonly assertionResults: readonly Test[] }
type Parsed = { readonly testResults: readonly File[] }

function parse(path: string): Parsed | undefined {
  try {
    // Vitest's own report, of the pinned version.
    return JSON.parse(readFileSync(path, 'utf8')) as Parsed
  } catch {
    return undefined
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

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
  if (parsed === undefined) return { ok: false, passed: 0, failed: 1, skippedTests: 0, skipped: [] }
  const tests = parsed.testResults.flatMap(({ assertionResults }) => assertionResults)
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  const failed = tests.filter(({ status }) => status === 'failed').length
  return {
    ok: exitCode === 0,
    passed: tests.filter(({ status }) => status === 'passed').length,
    // An error outside of any test fails the run without failing a test.
    failed: exitCode === 0 ? failed : Math.max(failed, 1),
    skippedTests: skipped.length,
    skipped: [...new Set(skipped.map((test) => `${project}: ${test.ancestorTitles[0] ?? test.title}`))],
  }
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
type Parsed = { readonly testResults: readonly { readonly assertionResults: readonly Test[] }[] }

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

import type { JunitCase } from './parse-junit.ts'

const STATUSES: Readonly<Record<string, string>> = {
  Pass: 'passed',
  FAIL: 'failure',
  Error: 'error',
  Skip: 'skipped',
  Disabled: 'skipped',
}

/**
 * Reads the results that the suite prints before it writes its files: run read-only it breaks while writing them
 * (a nil pointer in its `ReportResultsYAML`, seen at its commit of April 2026).
 * @returns undefined where it printed none
 */
export function parsePrinted(output: string): readonly JunitCase[] | undefined {
  const cases = [...output.matchAll(/^ *(OCI Conformance Test\S*.*): (\w+)$/gm)].map(
    ([, name = '', status = '']) => ({
      name,
      status: STATUSES[status] ?? 'error',
      message: '',
    }),
  )
  return cases.length === 0 ? undefined : cases
}

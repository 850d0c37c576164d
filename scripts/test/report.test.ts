import { expect, it } from 'vitest'
import { addUp, closingLine, judge, readReport } from './report.ts'

const passing = test('passed')
const failing = test('failed')
const skipped = test('skipped')

const CASES = [
  { of: 'tests', files: [file('failed', passing, failing)], exitCode: 1, says: '1 passed, 1 failed' },
  { of: 'a file that cannot be loaded', files: [file('failed')], exitCode: 1, says: '0 passed, 1 failed' },
  {
    of: 'a failed preparation',
    files: [file('failed', skipped)],
    exitCode: 1,
    says: '0 passed, 1 failed, 1 skipped',
  },
  {
    of: 'an error outside of any file',
    files: [file('passed', passing)],
    exitCode: 1,
    says: '1 passed, 1 failed',
  },
  {
    of: 'nothing amiss',
    files: [file('passed', passing, skipped)],
    exitCode: 0,
    says: '1 passed, 0 failed, 1 skipped',
  },
] as const

it.each(CASES)('counts $of', ({ files, exitCode, says }) => {
  const report = judge('unit', { testResults: files }, exitCode)
  expect(closingLine(report)).toBe(says)
  expect(report.ok).toBe(exitCode === 0)
})

it('lists what was skipped once, but not what a failed preparation left undone', () => {
  const files = [file('passed', skipped, skipped), file('failed', test('skipped', 'undone'))]
  expect(judge('e2e', { testResults: files }, 1).skipped).toEqual(['e2e: group'])
})

it('takes a run without a report for a failed one', () => {
  const missing = readReport('unit', '/nonexistent/report.json', 0)
  expect(addUp([missing, judge('e2e', { testResults: [file('passed', passing)] }, 0)])).toMatchObject({
    ok: false,
    passed: 1,
    failed: 1,
  })
})

function test(status: string, group = 'group') {
  return { status, title: 'title', ancestorTitles: [group] }
}

function file(status: string, ...assertionResults: readonly ReturnType<typeof test>[]) {
  return { status, assertionResults }
}

/**
 * `npm run check`: everything about the source that a program can judge without running it.
 * One that cannot run says SKIPPED and why; where CI=true a skip fails too.
 */
import { CHECKS } from './check/checks.ts'
import type { Outcome } from './check/outcome.ts'
import { IN_CI } from './repository.ts'

const results: { readonly name: string; readonly outcome: Outcome }[] = []
for (const { name, run } of CHECKS) {
  const started = performance.now()
  const outcome = await run()
  results.push({ name, outcome })
  console.log(`${outcome.type.padEnd(8)}${name.padEnd(22)}${seconds(started)}  ${remark(outcome)}`)
  if (outcome.type === 'failed') console.log(`\n${outcome.output.trimEnd()}\n`)
}

for (const { name, outcome } of results) {
  if (outcome.type === 'skipped') console.log(`SKIPPED ${name}: ${outcome.reason}`)
}
const failed = results.filter(({ outcome }) => fails(outcome))
console.log(
  failed.length === 0 ? 'check: all is well' : `check: failed: ${failed.map(({ name }) => name).join(', ')}`,
)
process.exitCode = failed.length === 0 ? 0 : 1

function remark(outcome: Outcome): string {
  if (outcome.type === 'passed') return outcome.detail
  return outcome.type === 'skipped' ? outcome.reason : ''
}

function fails(outcome: Outcome): boolean {
  return outcome.type === 'failed' || (outcome.type === 'skipped' && IN_CI && !outcome.excused)
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(7)
}

import { spreadOf, valuesOf, type Results, type Sample, type Spread } from './results.ts'
import type { Verdict } from './floors.ts'

/** The rows, for a terminal. */
export function printTable(results: Results): void {
  const { rows, samples } = results
  for (const row of rows) {
    console.log(`\n${row.title} (for each ${row.unit})`)
    const names = [
      ...new Set(samples.filter((sample) => sample.row === row.id).map(({ registry }) => registry)),
    ]
    for (const name of names) {
      const text = (value: (sample: Sample) => number) =>
        spreadText(spreadOf(valuesOf(results, row.id, name, value)))
      const columns = [
        name.padEnd(26),
        `CPU s ${text(({ cpuSeconds }) => cpuSeconds)}`.padEnd(34),
        `rate ${text(({ rate }) => rate)}`.padEnd(34),
        `p99 ms ${text(({ p99 }) => p99)}`.padEnd(32),
        `MiB ${text(({ peak }) => peak)}`,
      ]
      console.log(`  ${columns.join(' ')}`)
    }
  }
}

/** Floors, a line each. */
export function printVerdicts({ missing }: Results, verdicts: readonly Verdict[]): void {
  console.log('')
  for (const { title, value, unit, floor, goal, met, better } of verdicts) {
    const said = met === 'missed' ? 'MISSED' : met === 'goal' ? 'met, goal too' : 'met'
    const mark = better === 'more' ? 'at least' : 'at most'
    console.log(
      `${said.padEnd(14)} ${title}: ${spreadText(value)}${unit} (floor: ${mark} ${floor}, goal ${goal})`,
    )
  }
  for (const { name, reason } of missing) console.log(`not measured  ${name}: ${reason}`)
}

/** `0.123 (0.110–0.150)` */
export function spreadText(spread: Spread | undefined): string {
  return spread === undefined ? '' : `${short(spread.median)} (${short(spread.least)}–${short(spread.most)})`
}

function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

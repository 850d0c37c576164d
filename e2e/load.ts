/**
 * `npm run load`: what an installation goes through, on replicas of its own: pulls for the most part, pushes, sign-ins,
 * administration, revocations, deletions, garbage collection. An hour of it says whether it stays as it is:
 * `npm run load -- --minutes 60`. `--think 500` lets each worker pause up to so many
 * milliseconds between two acts; `--save FILE` keeps the numbers.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { runLoad, type LoadResult } from './load/run-load.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    replicas: { type: 'string', default: '2' },
    workers: { type: 'string', default: '16' },
    think: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    save: { type: 'string' },
  },
})

const options = {
  replicas: Number(values.replicas),
  workers: Number(values.workers),
  seconds: Number(values.minutes) * 60,
  seed: Number(values.seed),
  thinkMilliseconds: Number(values.think),
}
console.log(`load: ${JSON.stringify(options)}, node ${process.version}, ${cpus().length} cores`)
const result = await runLoad({ ...options, progress: (line) => console.log(line) })
console.log(table(result))
for (const problem of result.problems) console.log(`FAILED ${problem}`)
console.log(
  result.problems.length === 0
    ? `load: all held, ${result.images} images at the end`
    : `load: ${result.problems.length} problems`,
)
if (values.save !== undefined)
  writeFileSync(
    values.save,
    `${JSON.stringify({ options, node: process.version, ...result }, undefined, 1)}\n`,
  )
process.exitCode = result.problems.length === 0 ? 0 : 1

function table({ rows }: LoadResult): string {
  const lines = rows.map(({ kind, count, p50, p99, max }) =>
    [kind.padEnd(26), ...[count, p50.toFixed(1), p99.toFixed(1), max.toFixed(0)].map(right)].join(''),
  )
  return [['what'.padEnd(26), ...['count', 'p50 ms', 'p99 ms', 'max ms'].map(right)].join(''), ...lines].join(
    '\n',
  )
}

function right(value: number | string): string {
  return String(value).padStart(10)
}

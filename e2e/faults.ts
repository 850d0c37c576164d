/**
 * `npm run faults`: things break again and again under load, and what was acknowledged is checked after each time, and all of it
 * at the end. `npm run faults -- --times 300 kill-one kill-replica`; without names it is all of `faults/faults.ts`.
 */
import { parseArgs } from 'node:util'
import { FAULTS } from './faults/faults.ts'
import { runFault } from './faults/run-fault.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '20' },
    workers: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

console.log(`faults: seed ${values.seed}`)
for (const name of positionals.length > 0 ? positionals : Object.keys(FAULTS)) {
  const fault = FAULTS[name]
  if (fault === undefined)
    throw new Error(`there is no fault \`${name}\`; there are ${Object.keys(FAULTS).join(', ')}`)
  const { problems } = await runFault(fault, {
    times: Number(values.times),
    workers: Number(values.workers),
    seed: Number(values.seed),
    progress: (line) => console.log(`${name}: ${line}`),
  })
  for (const problem of problems) console.log(`FAILED ${name}: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

/**
 * What the limits of Azure's registries cost: 20,000 scope maps of 50 repositories each, a token on each of them, and as
 * many tokens on one map that they share, all made through the API of the real server, then listed, used, changed.
 *
 *   npm exec -- node bench/size.ts                  on SQLite
 *   npm exec -- node bench/size.ts --postgres       on a PostgreSQL of its own
 *   … --count 2000 --repositories 50                fewer, or smaller
 *   … --keep                                        writes bench/results/size-sqlite.json, say
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { administer } from '../e2e/support/administrator.ts'
import { writePage } from './report/page.ts'
import { openAdministration } from './size/administration.ts'
import { keepSteps } from './size/keep-steps.ts'
import { ofTheirOwn } from './size/of-their-own.ts'
import { onASharedMap } from './size/on-a-shared-map.ts'
import { printStep } from './size/print-step.ts'
import type { Step } from './size/step.ts'
import { openSubject } from './size/subject.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    repositories: { type: 'string', default: '50' },
    postgres: { type: 'boolean', default: false },
    directory: { type: 'string', default: '/dev/shm' },
    keep: { type: 'boolean', default: false },
  },
})

const directory = await mkdtemp(`${values.directory}/wharden-size-`)
await using stack = new AsyncDisposableStack()
stack.defer(() => rm(directory, { recursive: true, force: true }))
const subject = stack.adopt(await openSubject(directory, values.postgres), (open) => open.close())
const admin = await administer(subject.launched)
await admin.organization('acme')
const administration = stack.adopt(openAdministration(subject.port, admin.bearer, 8), (open) => open.close())
const size = { count: Number(values.count), repositories: Number(values.repositories) }
const steps: Step[] = []
for (const measured of [ofTheirOwn, onASharedMap])
  for await (const step of measured(subject, administration, size)) {
    printStep(step)
    steps.push(step)
  }
if (values.keep) {
  await keepSteps(values.postgres ? 'PostgreSQL' : 'SQLite', directory, steps)
  await writePage()
}

import type { Client } from '../client/open-client.ts'
import type { Done, Job } from '../client/job.ts'
import type { Sample, Unit } from '../report/results.ts'
import { cpuSeconds, forgetPeak, memoryOf, treeOf } from '../../e2e/support/process-tree.ts'

export type Measured = Omit<Sample, 'row' | 'registry' | 'round'>

/** Has the client do it, and charges the processes for it. */
export async function measure(
  client: Client,
  pids: readonly number[],
  unit: Unit,
  job: Job,
): Promise<Measured> {
  const tree = treeOf(pids)
  forgetPeak(tree)
  const before = cpuSeconds(tree)
  const done = await client.perform(job)
  const spent = cpuSeconds(tree) - before
  const units = unitsOf(done, unit)
  const { p50, p99 } = done.latencies
  return {
    cpuSeconds: round(spent / units),
    rate: round(units / (done.milliseconds / 1_000)),
    p50: round(p50),
    p99: round(p99),
    peak: Math.round(memoryOf(tree).peak),
  }
}

function unitsOf({ operations, bytes }: Done, unit: Unit): number {
  return unit === 'GiB' ? bytes / 2 ** 30 : operations / 1_000
}

/** Four digits: more would be noise in the record. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}

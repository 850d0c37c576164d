import { cpuSeconds, forgetPeak, memoryOf, treeOf } from '../../e2e/support/process-tree.ts'
import { latenciesOf } from '../client/job.ts'

/** What so many operations of one kind cost. */
export type Step = {
  readonly title: string
  readonly operations: number
  readonly seconds: number
  /** Milliseconds of the server's processes for one operation … */
  readonly cpu: number
  /** … and for one of the first and of the last tenth: what grows with what is there, grows between the two. */
  readonly cpuOfFirst: number
  readonly cpuOfLast: number
  /** Of PostgreSQL's processes, for one operation. */
  readonly databaseCpu: number
  /** Milliseconds, as the client saw it. */
  readonly p50: number
  readonly p99: number
  readonly worst: number
  /** MiB. */
  readonly memory: number
  readonly peak: number
  readonly database: number
}

export type Charged = {
  readonly server: () => readonly number[]
  readonly postgres: () => readonly number[]
  /** MiB on the disk. */
  readonly databaseSize: () => Promise<number>
}

/** So many operations, some at once. */
export async function measureStep(
  charged: Charged,
  title: string,
  operations: number,
  atOnce: number,
  act: (index: number) => Promise<unknown>,
): Promise<Step> {
  const server = treeOf(charged.server())
  forgetPeak(server)
  const databaseBefore = cpuSeconds(treeOf(charged.postgres()))
  const took: number[] = []
  const spent: number[] = [cpuSeconds(server)]
  const marks = [Math.ceil(operations / 10), operations - Math.ceil(operations / 10)]
  const started = performance.now()
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < operations; index = next++) {
      const before = performance.now()
      await act(index)
      took.push(performance.now() - before)
      if (marks.includes(took.length)) spent.push(cpuSeconds(server))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, operations) }, work))
  const seconds = (performance.now() - started) / 1_000
  spent.push(cpuSeconds(server))
  const [first = 0, afterFirst = 0] = spent
  const [beforeLast = 0, last = 0] = spent.slice(-2)
  const tenth = marks[0] ?? 1
  const each = (value: number, count = operations) => Number(((value * 1_000) / count).toPrecision(4))
  const { now: memory, peak } = memoryOf(server)
  const { p50, p99, worst } = latenciesOf(took)
  return {
    title,
    operations,
    seconds: Number(seconds.toFixed(1)),
    cpu: each(last - first),
    cpuOfFirst: each(afterFirst - first, tenth),
    cpuOfLast: each(last - beforeLast, tenth),
    databaseCpu: each(cpuSeconds(treeOf(charged.postgres())) - databaseBefore),
    p50: Number(p50.toPrecision(4)),
    p99: Number(p99.toPrecision(4)),
    worst: Number(worst.toPrecision(4)),
    memory: Math.round(memory),
    peak: Math.round(peak),
    database: Math.round(await charged.databaseSize()),
  }
}

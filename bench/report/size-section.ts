import { DATABASES, readSteps, type KeptSteps } from '../size/keep-steps.ts'
import type { Step } from '../size/step.ts'
import { table } from './table.ts'

/** What `bench/size.ts` found, on each database it was run on. */
export async function sizeSection(): Promise<readonly string[]> {
  const parts: string[] = []
  for (const database of DATABASES) {
    const kept = await readSteps(database)
    if (kept !== undefined) parts.push(`### ${database}`, aboutRun(kept), table(HEAD, kept.steps.map(row)))
  }
  return parts.length === 0 ? [] : ['## Size', INTRODUCTION, ...parts]
}

const INTRODUCTION = `\`npm exec -- node bench/size.ts --keep\`, and with \`--postgres\`: scope maps of 50 repositories that no other map names and a
token on each, as many as Azure's registries allow; then as many tokens on one map that they share. All of it through the API of
the real server, eight requests at a time, with audit, activity, metrics and logs on. A token request is a whole one, with its decisions. The CPU of the first
and the last tenth of the operations tells what grows with what is there already. Before rights were
shared and rules written together (decision 18) each of the first 1,000 maps cost 13.7 ms of CPU where it costs 5, and the memory after
both requests of 20,000 tokens on maps of their own was 970 MiB.

What the indexes of Azure's lists (\`tag_updated\`, \`manifest_pushed\`) cost a push, \`npm exec -- node bench/manifest-put.ts\` tells: 1.02 ms of
CPU for a manifest instead of 0.987, 1.04 (0.938–1.12) times as much (nine rounds of 1,500 on each of two servers, in turn).`

const HEAD = [
  'operation',
  'times',
  'CPU ms of one',
  'first tenth',
  'last tenth',
  'PostgreSQL’s CPU ms',
  'p50 ms',
  'p99 ms',
  'longest ms',
  'memory MiB',
  'database MiB',
]

function aboutRun({ at, machine, steps }: KeptSteps): string {
  const seconds = Math.round(steps.reduce((sum, step) => sum + step.seconds, 0))
  return `${at.slice(0, 16).replace('T', ' ')} UTC, ${seconds} s, commit \`${machine.commit}\`, ${machine.processor}, ${machine.cores} cores, Node ${machine.node}; data on ${machine.dataFileSystem}.`
}

function row(step: Step): readonly string[] {
  const { title, operations, cpu, cpuOfFirst, cpuOfLast, databaseCpu, p50, p99, worst, memory, database } =
    step
  const few = operations < 100
  return [
    title,
    operations.toLocaleString('en'),
    String(cpu),
    few ? '' : String(cpuOfFirst),
    few ? '' : String(cpuOfLast),
    databaseCpu === 0 ? '' : String(databaseCpu),
    String(p50),
    few ? '' : String(p99),
    String(worst),
    String(memory),
    database.toLocaleString('en'),
  ]
}

import type { Step } from './step.ts'

export function printStep({ title, operations, seconds, ...step }: Step): void {
  const { cpu, cpuOfFirst, cpuOfLast, databaseCpu, p50, p99, worst, memory, peak, database } = step
  console.log(
    `${title}: ${operations.toLocaleString('en')} in ${seconds} s; CPU ms ${cpu} (first tenth ${cpuOfFirst}, last ${cpuOfLast})` +
      `${databaseCpu > 0 ? `, PostgreSQL ${databaseCpu}` : ''}; p50 ${p50}, p99 ${p99}, worst ${worst} ms; ` +
      `memory ${memory} MiB, peak ${peak}; database ${database} MiB`,
  )
}

import { readdirSync, readFileSync } from 'node:fs'
import type { Replica } from '../support/replicas.ts'

/** What one server held at one moment. */
export type Sample = {
  readonly replica: string
  /** Seconds since the run began. */
  readonly second: number
  readonly residentMebibytes: number
  readonly handles: number
  /** Processor time since it started, in seconds. */
  readonly cpuSeconds: number
}

/** Linux reports processor time in ticks of a hundredth of a second (`getconf CLK_TCK`). */
const TICKS = 100

/** Looks at all servers now. */
export function watch(replicas: readonly Replica[], second: number): readonly Sample[] {
  return replicas.map(({ name, launched }) => {
    const { pid } = launched().daemon
    return {
      replica: name,
      second,
      residentMebibytes: residentKibibytes(pid) / 1024,
      handles: readdirSync(`/proc/${pid}/fd`).length,
      cpuSeconds: cpuTicks(pid) / TICKS,
    }
  })
}

function residentKibibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
}

/** proc(5): utime and stime are the 14th and 15th fields; the name before them may hold spaces. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

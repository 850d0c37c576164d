import { readdirSync } from 'node:fs'
import { cpuSeconds, memoryOf } from '../support/process-tree.ts'
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

/** Looks at all servers now. */
export function watch(replicas: readonly Replica[], second: number): readonly Sample[] {
  return replicas.map(({ name, launched }) => {
    const { pid } = launched().daemon
    return {
      replica: name,
      second,
      residentMebibytes: memoryOf([pid]).now,
      handles: readdirSync(`/proc/${pid}/fd`).length,
      cpuSeconds: cpuSeconds([pid]),
    }
  })
}

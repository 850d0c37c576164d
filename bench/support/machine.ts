import { readFileSync, statfsSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { run } from '../../e2e/support/run.ts'

/** Where numbers were made: without it they say nothing. */
export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly kernel: string
  readonly node: string
  readonly openssl: string
  readonly commit: string
  /** What the machine was doing when the benchmark began: a load of 0 is a quiet one. */
  readonly loadBefore: string
  readonly dataFileSystem: 'tmpfs' | 'disk'
}

const TMPFS = 0x01021994 // statfs(2)

export async function describeMachine(directory: string): Promise<Machine> {
  const all = cpus()
  const commit = await run('git', ['describe', '--always', '--dirty', '--abbrev=10'])
  return {
    processor: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
    kernel: release(),
    node: process.version,
    openssl: process.versions.openssl,
    commit: commit.stdout.trim(),
    loadBefore: readFileSync('/proc/loadavg', 'utf8').trim(),
    dataFileSystem: statfsSync(directory).type === TMPFS ? 'tmpfs' : 'disk',
  }
}

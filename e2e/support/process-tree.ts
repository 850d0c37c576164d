import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The kernel tells of time in these, on every Linux we know of (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100

/** Processes with all their descendants. */
export function treeOf(roots: readonly number[]): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)])
  }
  const found: number[] = []
  const waiting = [...roots]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    found.push(pid)
    waiting.push(...(children.get(pid) ?? []))
  }
  return found
}

/** Seconds of all threads, user and system, those of ended threads and reaped children too. proc_pid_stat(5) */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.ticks ?? 0), 0) / TICKS_PER_SECOND
}

/** MiB: what is resident now, and the most that was since `forgetPeak`. proc_pid_status(5) */
export function memoryOf(pids: readonly number[]): { readonly now: number; readonly peak: number } {
  const sum = (field: string) => pids.reduce((all, pid) => all + kibibytes(pid, field), 0) / 1_024
  return { now: sum('VmRSS'), peak: sum('VmHWM') }
}

export function forgetPeak(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function kibibytes(pid: number, field: string): number {
  const status = read(`/proc/${pid}/status`)
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
}

function statOf(pid: number): { readonly parent: number; readonly ticks: number } | undefined {
  const text = read(`/proc/${pid}/stat`)
  // The name, in parentheses, may hold anything; after it come the state, the parent, …
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent = 0] = fields
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11)
  return text === '' ? undefined : { parent, ticks: utime + stime + cutime + cstime }
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

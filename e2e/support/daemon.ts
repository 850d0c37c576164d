import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A server that runs until it is closed. */
export type Daemon = {
  readonly pid: number
  /** Everything it has said so far, both outputs. */
  log(): string
  /** Ends it as a service manager would: TERM, and KILL after ten seconds, or as many as it is given. Returns its exit code. */
  close(milliseconds?: number): Promise<number>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

export type DaemonOptions = {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly logFile: string
  /** Asked again and again until it says yes. */
  readonly ready: () => Promise<boolean>
  readonly readyWithinMilliseconds?: number
}

/** @throws when it ends, or isn't ready in time; the message holds its log */
export async function startDaemon(
  command: string,
  args: readonly string[],
  options: DaemonOptions,
): Promise<Daemon> {
  const log = openSync(options.logFile, 'a')
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = new Promise<number>((resolve) => {
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })
  const daemon: Daemon = {
    pid: child.pid ?? 0,
    log: () => readFileSync(options.logFile, 'utf8'),
    close: (milliseconds = 10_000) => end(child, exited, milliseconds),
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
  const problem = await readiness(exited, options)
  if (problem === undefined) return daemon
  await daemon.kill()
  throw new Error(`\`${[command, ...args].join(' ')}\` ${problem}:\n${daemon.log()}`)
}

async function readiness(exited: Promise<number>, options: DaemonOptions): Promise<string | undefined> {
  const deadline = performance.now() + (options.readyWithinMilliseconds ?? 30_000)
  let exitCode: number | undefined
  void exited.then((code) => (exitCode = code))
  while (performance.now() < deadline) {
    if (exitCode !== undefined) return `ended with ${exitCode}`
    if (await options.ready().catch(() => false)) return undefined
    await pause(50)
  }
  return 'was not ready in time'
}

async function end(
  child: ReturnType<typeof spawn>,
  exited: Promise<number>,
  milliseconds: number,
): Promise<number> {
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
  child.kill('SIGTERM')
  const code = await exited
  clearTimeout(timer)
  return code
}

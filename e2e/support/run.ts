import { spawn } from 'node:child_process'

/** What a command line program did, as a person at a terminal would have seen it. */
export type Ran = {
  /** The command as typed, for messages of failing tests. */
  readonly command: string
  /** 124 where it was cut off for taking too long, 127 where there is no such program. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Both, standard output first. */
  readonly output: string
  readonly milliseconds: number
}

export type RunOptions = {
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMilliseconds?: number
  /** Standard input; empty otherwise, so that a prompt ends instead of waiting. */
  readonly input?: string
}

/**
 * Runs a program to its end, without a shell and without a terminal.
 * One that doesn't end (docker asking for a login) is killed with all its children.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  child.stdin.on('error', () => undefined) // a program that reads no input may close it first
  child.stdin.end(options.input ?? '')
  return new Promise((resolve) => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      killGroup(child.pid)
    }, options.timeoutMilliseconds ?? 60_000)
    const end = (exitCode: number, note: string) => {
      clearTimeout(timer)
      const said = { stdout: stdout(), stderr: stderr() + note }
      const milliseconds = Math.round(performance.now() - started)
      const line = [command, ...args].join(' ')
      resolve({ command: line, exitCode, ...said, output: said.stdout + said.stderr, milliseconds })
    }
    child.on('error', (problem) => end(127, problem.message))
    child.on('close', (code, signal) => {
      if (late) end(124, `\nkilled: \`${command}\` didn't end in time`)
      else end(code ?? 1, signal === null ? '' : `\nended by ${signal}`)
    })
  })
}

/** @throws unless the command was there and ended well; the message holds what it said */
export function succeeded(ran: Ran | undefined): Ran {
  if (ran === undefined) throw new Error('this client has no such command')
  if (ran.exitCode !== 0) throw new Error(`\`${ran.command}\` ended with ${ran.exitCode}:\n${ran.output}`)
  return ran
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString()
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended between the clock and the kill.
  }
}

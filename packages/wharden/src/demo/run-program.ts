import { spawn } from 'node:child_process'
import type { Ran } from './command.ts'

export type Surroundings = {
  readonly directory: string
  /** In the place of this process's own environment. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly patienceMilliseconds?: number
}

const PATIENCE = 30_000
/** Docker's newer command lines ask for a name on the terminal when a login is refused, and wait for ever. */
const PROMPT = /^(Login prior to|Username)\b.*/m

/**
 * Runs a program to its end, without a shell and without a terminal.
 * @returns what it did; exit code 127 where there is no such program, 124 where it was ended because it didn't end
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { directory, environment, signal, patienceMilliseconds = PATIENCE }: Surroundings,
  input = '',
): Promise<Ran> {
  const child = spawn(program, args, { cwd: directory, env: { ...environment }, stdio: 'pipe', signal })
  const told = { stdout: '', stderr: '' }
  const end = () => void child.kill('SIGKILL')
  const timer = setTimeout(end, patienceMilliseconds)
  const hear = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    told[stream] += chunk.toString()
    if (PROMPT.test(told.stdout)) end()
  }
  child.stdout.on('data', hear('stdout'))
  child.stderr.on('data', hear('stderr'))
  child.stdin.on('error', () => undefined) // a program that reads no input may close it first
  child.stdin.end(input)
  return new Promise((resolve) => {
    const done = (exitCode: number, note = '') => {
      clearTimeout(timer)
      resolve({ exitCode, stdout: told.stdout, stderr: told.stderr + note })
    }
    child.on('error', (problem) => done(127, problem.message))
    child.on('close', (code) => done(code ?? 124))
  })
}

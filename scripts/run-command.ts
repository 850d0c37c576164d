/** Runs one program to its end and keeps what it said. */
import { spawn } from 'node:child_process'

export type Ran = { readonly exitCode: number; readonly output: string }

/**
 * @param command a path or a name on PATH; never goes through a shell
 * @returns exit code and both outputs as they came; 127 where there is no such program
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    const end = (exitCode: number, note = '') =>
      resolve({ exitCode, output: Buffer.concat(chunks).toString() + note })
    child.on('error', (problem) => end(127, problem.message))
    child.on('close', (code, signal) => end(code ?? 1, signal === null ? '' : `ended by ${signal}\n`))
  })
}

/** Runs one program with this terminal as its own. */
export function runAttached(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', () => resolve(127))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

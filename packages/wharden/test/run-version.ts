import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export type Settings = Readonly<Record<string, string>>

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Starts a version of the program with these settings and no others. */
export function startVersion(main: string, settings: Settings, args: readonly string[]): ChildProcess {
  const environment = { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...settings }
  return spawn(process.execPath, [main, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** To its end. */
export async function runVersion(
  main: string,
  settings: Settings,
  ...args: readonly string[]
): Promise<Ended> {
  const child = startVersion(main, settings, args)
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}

import type { Readable, Writable } from 'node:stream'

/** The world outside a command. The program's own streams by default; tests bring theirs. */
export type Io = {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly columns?: number; readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly columns?: number }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly now: () => Date
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    now: () => new Date(),
  }
}

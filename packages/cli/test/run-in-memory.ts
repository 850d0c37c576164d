import { Readable, Writable } from 'node:stream'
import { createCli } from '../src/create-cli.ts'
import type { Io } from '../src/io.ts'
import { runCli } from '../src/run-cli.ts'

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

type World = {
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs the program with streams of its own; nothing of this machine's environment reaches it. */
export async function runInMemory(
  argv: readonly string[],
  { stdin = '', environment = {} }: World = {},
): Promise<Ran> {
  const stdout = collector()
  const stderr = collector()
  const io: Io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: { XDG_CONFIG_HOME: '/nonexistent', WHARDEN_DATA: '/nonexistent', ...environment },
    now: () => new Date('2026-11-21T12:00:00Z'),
  }
  const code = await runCli(createCli(io), argv, io)
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

function collector() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

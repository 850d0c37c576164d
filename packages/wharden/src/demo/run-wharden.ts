import { createCli, runCli } from '@wharden/cli'
import { Readable, Writable } from 'node:stream'
import { typed, type Command } from './command.ts'

/** Makes lines of the `wharden` command: the real one, in this process, with a home of its own. */
export type Wharden = (words: readonly string[], hidden?: Hidden) => Command

type Hidden = {
  /** What a person would answer when asked, and the options that have it read from standard input instead. */
  readonly answers: readonly string[]
  readonly options: readonly string[]
}

/** @param configuration where it keeps the login, instead of the person's own place */
export function wharden(configuration: string): Wharden {
  const environment = { XDG_CONFIG_HOME: configuration }
  return (words, { answers, options } = { answers: [], options: [] }) => ({
    line: typed(['wharden', ...words]),
    run: async () => {
      const [stdout, stderr] = [collector(), collector()]
      const io = {
        stdin: Readable.from([Buffer.from(answers.map((answer) => `${answer}\n`).join(''))]),
        stdout: stdout.stream,
        stderr: stderr.stream,
        environment,
        now: () => new Date(),
      }
      const exitCode = await runCli(createCli(io), [...words, ...options], io)
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
    },
  })
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

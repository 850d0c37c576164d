import { readFile } from 'node:fs/promises'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

const LIMIT = 4 * 1024 * 1024

/** A file's text, or standard input's for `-`. @throws CliError */
export async function readText(io: Io, path: string): Promise<string> {
  if (path === '-') return readInput(io)
  return readFile(path, 'utf8').catch((cause: Error) => {
    throw new CliError('usage', `cannot read \`${path}\`: ${cause.message}`, undefined, { cause })
  })
}

async function readInput(io: Io): Promise<string> {
  let text = ''
  for await (const chunk of io.stdin) {
    text += String(chunk)
    if (text.length > LIMIT) throw new CliError('usage', 'standard input is longer than 4 MiB')
  }
  return text
}

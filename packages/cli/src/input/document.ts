import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'

const LIMIT = 4 * 1024 * 1024

/** Reads a YAML or JSON object from a file, or from standard input for `-`. What it may hold, the server judges. */
export async function readDocument(io: Io, path: string): Promise<Record<string, unknown>> {
  const value: unknown = parseText(path === '-' ? await readInput(io) : await readText(path), path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new CliError(
    'usage',
    `\`${path}\` holds no object`,
    'see what `wharden policy show … -o yaml` prints',
  )
}

async function readText(path: string): Promise<string> {
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

function parseText(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''
    throw new CliError('usage', `\`${path}\` is neither YAML nor JSON: ${why}`, undefined, { cause })
  }
}

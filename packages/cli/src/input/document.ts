import { parse } from 'yaml'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { readText } from './read-text.ts'

/** Reads a YAML or JSON object from a file, or from standard input for `-`. What it may hold, the server judges. */
export async function readDocument(io: Io, path: string): Promise<Record<string, unknown>> {
  const value: unknown = parseText(await readText(io, path), path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new CliError(
    'usage',
    `\`${path}\` holds no object`,
    'see what `wharden policy show … -o yaml` prints',
  )
}

function parseText(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''
    throw new CliError('usage', `\`${path}\` is neither YAML nor JSON: ${why}`, undefined, { cause })
  }
}

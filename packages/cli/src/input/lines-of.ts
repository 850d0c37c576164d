import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { CliError } from '../cli-error.ts'

/** A file of any length, line by line. @throws CliError when it can't be read */
export async function* linesOf(path: string): AsyncGenerator<string, void> {
  const file = createReadStream(path)
  try {
    yield* createInterface({ input: file, crlfDelay: Infinity })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('usage', `cannot read \`${path}\`: ${why}`, undefined, { cause })
  } finally {
    file.destroy()
  }
}

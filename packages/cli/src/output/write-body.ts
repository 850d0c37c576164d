import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CliError } from '../cli-error.ts'
import type { Session } from '../session.ts'

/**
 * Writes what a server sends into a file, readable by its owner only, or to standard output. The file is there once it is
 * whole: what is cut off leaves nothing that could be taken for all of it.
 * @throws CliError when the file can't be written
 */
export async function writeBody(
  { io, say }: Session,
  body: ReadableStream<Uint8Array>,
  path: string | undefined,
): Promise<void> {
  if (path === undefined) return pipeline(Readable.fromWeb(body), io.stdout, { end: false })
  const partial = `${path}.partial`
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(partial, { mode: 0o600 }))
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true })
    if (cause instanceof Error && 'path' in cause)
      throw new CliError('failed', `cannot write \`${path}\`: ${cause.message}`, undefined, { cause })
    throw new CliError('unreachable', 'the server broke off; nothing was kept', 'try again', { cause })
  }
  say(`written: ${path}`)
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cacheDirectory } from './cache-directory.ts'
import { findCommand } from './requirements.ts'
import { run } from './run.ts'

/** A program built from source, or why it isn't there. */
export type Program =
  | { readonly type: 'ok'; readonly path: string }
  /** `optional`: for want of another toolchain, which is no failure even in CI. */
  | { readonly type: 'unavailable'; readonly reason: string; readonly optional: boolean }

/**
 * Builds a Go program by `go install`, once: the result is kept in the user's cache directory.
 * A version that moves (`main`) is asked for each time.
 * @param target package path and version, for example `github.com/distribution/distribution/v3/cmd/registry@v3.1.1`
 */
export async function goInstall(target: string): Promise<Program> {
  const go = findCommand('go')
  if (go === undefined) return { type: 'unavailable', reason: 'Go is not installed', optional: true }
  const fixed = /@v\d/.test(target)
  const directory = join(cacheDirectory(), createHash('sha256').update(target).digest('hex').slice(0, 16))
  const program = join(directory, basename(target.slice(0, target.lastIndexOf('@'))))
  if (fixed && existsSync(program)) return { type: 'ok', path: program }
  await mkdir(cacheDirectory(), { recursive: true })
  const building = await mkdtemp(`${directory}-`)
  try {
    const env = { GOBIN: building, GOFLAGS: '-mod=mod' }
    const ran = await run(go, ['install', target], { env, timeoutMilliseconds: 15 * 60_000 })
    if (ran.exitCode !== 0)
      return { type: 'unavailable', reason: lastWords(ran.command, ran.output), optional: false }
    await rm(directory, { recursive: true, force: true })
    await rename(building, directory)
    return { type: 'ok', path: program }
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

function lastWords(command: string, output: string): string {
  return `\`${command}\` failed: ${output.trim().split('\n').slice(-2).join(' ').trim()}`
}

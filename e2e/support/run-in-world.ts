import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAttached } from '../../scripts/run-command.ts'
import { NAMESPACES } from './requirements.ts'

/**
 * Runs a command in fresh network, mount and process namespaces, prepared by `enter-world.ts`.
 * When it ends, the kernel ends everything it started and forgets every mount.
 * @param root a directory that holds another system, whose programs are to be run
 * @returns its exit code
 */
export async function runInWorld(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  root = '/',
): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'wharden-e2e-'))
  try {
    return await runAttached(
      'unshare',
      [...NAMESPACES, '--', ...REAPER, ...enter(directory, root), command, ...args],
      env,
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The first process of a process namespace must collect orphans, as `sh` does and node doesn't. */
const REAPER = ['sh', '-c', '"$@"; exit $?', 'sh']

function enter(directory: string, root: string): readonly string[] {
  return [process.execPath, join(import.meta.dirname, 'enter-world.ts'), directory, root]
}

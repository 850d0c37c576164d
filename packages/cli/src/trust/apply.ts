import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from '../cli-error.ts'
import type { TrustStep } from './plan.ts'

const run = promisify(execFile)

/**
 * Does what a plan says, and only that. Commands run for the real root only: a directory that stands for it has no
 * trust store to update.
 */
export async function applyTrust(steps: readonly TrustStep[], root: string): Promise<void> {
  for (const step of steps) {
    if (step.type === 'write' && (step.state === 'missing' || step.state === 'outdated')) await write(step)
    if (step.type === 'run' && step.state === 'due' && root === '/') await execute(step.command)
  }
}

async function write({ path, text }: Extract<TrustStep, { type: 'write' }>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 })
    await writeFile(path, text, { mode: 0o644 })
  } catch (cause) {
    throw new CliError('failed', `cannot write \`${path}\``, 'run it with `sudo`', { cause })
  }
}

async function execute([command = '', ...rest]: readonly string[]): Promise<void> {
  try {
    await run(command, rest)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new CliError(
      'failed',
      `\`${command}\` failed: ${why}`,
      'run it with `sudo`; Debian has it in ca-certificates',
      {
        cause,
      },
    )
  }
}

import { installedTool, ROOT } from '../repository.ts'
import { runCommand } from '../run-command.ts'
import type { Check, Outcome } from './outcome.ts'
import { proveSeeds } from './prove-seeds.ts'

/** In order; the first proves that the third would notice. */
export const CHECKS: readonly Check[] = [
  { name: 'seeded violations', run: proveSeeds },
  { name: 'format', run: () => tool('oxfmt', ['--check', '.']) },
  { name: 'lint', run: () => tool('oxlint', ['--type-aware', '--deny-warnings', '.']) },
  { name: 'types', run: () => tool('tsc', ['--noEmit']) },
  { name: 'unused', run: () => tool('knip', ['--no-progress']) },
  { name: 'unused in what ships', run: () => tool('knip', ['--strict', '--no-progress']) },
]

async function tool(name: string, args: readonly string[]): Promise<Outcome> {
  const path = installedTool(name)
  if (path === undefined)
    return { type: 'skipped', reason: `${name} is not installed: run \`npm ci\``, excused: false }
  const { exitCode, output } = await runCommand(path, args, { cwd: ROOT })
  return exitCode === 0 ? { type: 'passed', detail: [name, ...args].join(' ') } : { type: 'failed', output }
}

import { writeFileSync } from 'node:fs'
import { makeHome } from './home.ts'
import { run, type Ran } from './run.ts'
import type { World } from './world.ts'

/** A person's bash: commands as they stand in a manual, one after another, each with the variables that others have set. */
export type Terminal = {
  /** Types it, up to the first command that fails. */
  type(script: string): Promise<Ran>
}

/** az starts in a second; under load in several. */
const LONGEST = 120_000

/** @param env added to what every person's shell has */
export function openTerminal(world: World, person: string, env: Readonly<Record<string, string>>): Terminal {
  const everything = { ...makeHome(world, person), ...env }
  const variables = world.path(`variables-${person}`)
  writeFileSync(variables, '')
  const begin = `. "$0"; trap 'export -p >"$0"' EXIT; set -aeo pipefail`
  return {
    type: async (script) => {
      const shell = ['-c', `${begin}\n${script}`, variables]
      return {
        ...(await run('bash', shell, { env: everything, timeoutMilliseconds: LONGEST })),
        command: script,
      }
    },
  }
}

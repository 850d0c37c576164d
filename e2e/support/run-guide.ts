import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingIn, type Block } from './guide.ts'
import { run } from './run.ts'

/** Of a whole page. */
const LONGEST = 9 * 60_000

export type Told = { readonly line: number; readonly output: string; readonly problem: string | undefined }

/**
 * Runs the blocks of a guide, one after another, in one shell and in a new directory, up to the first that doesn't do what
 * the page says.
 * @returns the blocks that were run
 */
export async function runGuide(
  blocks: readonly Block[],
  directory: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly Told[]> {
  const place = (index: number, what: string) => join(directory, '.guide', `${index}.${what}`)
  mkdirSync(join(directory, '.guide'), { recursive: true })
  blocks.forEach(({ script }, index) => writeFileSync(place(index, 'sh'), script))
  const steps = blocks.map(({ refused }, index) =>
    refused
      ? `( set -e; . '${place(index, 'sh')}' ) >'${place(index, 'out')}' 2>&1 && exit 99`
      : `set -e; . '${place(index, 'sh')}' >'${place(index, 'out')}' 2>&1; set +e`,
  )
  writeFileSync(join(directory, '.guide/all.sh'), ['set -uo pipefail', ...steps, 'exit 0', ''].join('\n'))
  const { exitCode } = await run('bash', [join(directory, '.guide/all.sh')], {
    cwd: directory,
    env,
    timeoutMilliseconds: LONGEST,
  })
  const told: Told[] = []
  for (const [index, { line, prints = [], refused }] of blocks.entries()) {
    const output = readOutput(place(index, 'out'))
    if (output === undefined) break
    const next = readOutput(place(index + 1, 'out'))
    const failed = exitCode !== 0 && next === undefined
    const missing = missingIn(output, prints)
    const problem = failed
      ? refused
        ? 'should have been refused, and was not'
        : `ended with ${exitCode}`
      : missing.length > 0
        ? `did not print ${JSON.stringify(missing)}`
        : undefined
    told.push({ line, output, problem })
  }
  return told
}

function readOutput(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

import type { Command } from 'commander'
import { createCli } from '../src/create-cli.ts'
import { processIo } from '../src/io.ts'

/** Every command of a program with the words that reach it. */
export function allCommands(
  root: Command,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], Command])[] {
  const below = root.commands.flatMap((child) => allCommands(child, [...path, child.name()]))
  return [[path, root], ...below]
}

/** As a shell would split it; double quotes only. */
export function words(command: string): readonly string[] {
  return [...command.matchAll(/(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+/g)].map(([word]) =>
    word.replaceAll(/(?<!\\)"/g, ''),
  )
}

/** Whether the program takes it; throws if not. Nothing is done. */
export async function parses(argv: readonly string[]): Promise<boolean> {
  const cli = createCli({ ...processIo(), environment: {} })
  for (const [, command] of allCommands(cli)) {
    command.exitOverride().configureOutput({ writeErr: () => true })
    if (command.commands.length === 0) command.action(() => {})
  }
  await cli.parseAsync([...argv], { from: 'user' })
  return true
}

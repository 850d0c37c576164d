import type { Command } from 'commander'

/** Every command of a program with the words that reach it. */
export function allCommands(
  root: Command,
  path: readonly string[] = [],
): readonly (readonly [readonly string[], Command])[] {
  const below = root.commands.flatMap((child) => allCommands(child, [...path, child.name()]))
  return [[path, root], ...below]
}

import type { ChangeableAttributes } from '@wharden/api'
import { Option, type Command } from 'commander'

const WORDS = ['true', 'false'] as const
type Word = (typeof WORDS)[number]

export type AttributeOptions = {
  readonly deleteEnabled?: Word
  readonly writeEnabled?: Word
  readonly readEnabled?: Word
  readonly listEnabled?: Word
}

/** As az names them: https://learn.microsoft.com/cli/azure/acr/repository#az-acr-repository-update */
export function withAttributes(command: Command): Command {
  const option = (flag: string, what: string) =>
    new Option(`--${flag} [bool]`, what).choices(WORDS).preset('true')
  return command
    .addOption(option('delete-enabled', 'whether it may be deleted'))
    .addOption(option('write-enabled', 'whether it may be written, moved or deleted'))
    .addOption(option('read-enabled', 'whether it may be pulled'))
    .addOption(option('list-enabled', 'whether lists show it'))
}

/** Only what was said. */
export function attributesOf(options: AttributeOptions): Partial<ChangeableAttributes> {
  const { deleteEnabled, writeEnabled, readEnabled, listEnabled } = options
  const said = Object.entries({ deleteEnabled, writeEnabled, readEnabled, listEnabled }).filter(
    ([, word]) => word !== undefined,
  )
  return Object.fromEntries(said.map(([name, word]) => [name, word === 'true']))
}

/** What is forbidden, in a word each: `write, delete`. */
export function lockedActs(attributes: ChangeableAttributes): readonly string[] {
  const { deleteEnabled, writeEnabled, readEnabled, listEnabled } = attributes
  const acts = { delete: deleteEnabled, write: writeEnabled, read: readEnabled, list: listEnabled }
  return Object.entries(acts).flatMap(([act, enabled]) => (enabled ? [] : [act]))
}

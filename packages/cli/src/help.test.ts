import { expect, test } from 'vitest'
import { allCommands, parses, words } from '../test/commands.ts'
import { runInMemory } from '../test/run-in-memory.ts'
import { createCli } from './create-cli.ts'

const commands = allCommands(createCli())

test('the published help is the program’s: its review happens in the diff of that file', async () => {
  const pages: string[] = []
  for (const [path] of commands) {
    const { stdout } = await runInMemory([...path, '--help'])
    pages.push(`$ ${['wharden', ...path, '--help'].join(' ')}\n${stdout.trim()}\n`)
  }
  await expect(pages.join('\n\n')).toMatchFileSnapshot('../../../docs/cli/help.txt')
})

test('every command that does something shows examples', async () => {
  const bare: string[] = []
  for (const [path, command] of commands) {
    const { stdout } = await runInMemory([...path, '--help'])
    if (command.commands.length === 0 && !stdout.includes('Examples:')) bare.push(path.join(' '))
  }
  expect(bare).toEqual([])
})

test('every example is accepted by the program', async () => {
  for (const [path] of commands) {
    const { stdout } = await runInMemory([...path, '--help'])
    for (const argv of examplesOf(stdout)) await expect(parses(argv), argv.join(' ')).resolves.toBe(true)
  }
})

function examplesOf(help: string): readonly (readonly string[])[] {
  const lines = help.split('Examples:')[1]?.split('\n') ?? []
  return lines.flatMap((line) => {
    const command = /(?:^|[ (|])wharden ([^)]*)/.exec(line.trim().startsWith('#') ? '' : line)?.[1]
    return command === undefined ? [] : [words(command.split(/ (?:<|>|>>|\|) /)[0] ?? '')]
  })
}

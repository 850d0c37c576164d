import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMAND_LINES, contract, operations } from '@wharden/api'
import { expect, test } from 'vitest'
import { parses, words } from '../test/commands.ts'

/** What people have no use for at a terminal. */
const LEFT_OUT = ['setup.state', 'key.list']

test('whatever the API can do, the command line can', () => {
  const source = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n')
  const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.keys(verbs).map((verb) => `${noun}.${verb}`),
  )
  // What answers with files is asked for by its id.
  const used = (operation: string) =>
    source.includes(`.${operation}(`) || source.includes(`download('${operation.replace('.', '_')}'`)
  expect(operations.filter((operation) => !used(operation))).toEqual(LEFT_OUT)
})

test('the reference says of every operation how it is done at a terminal, in a line that the program takes', async () => {
  const ids = operations().map(({ id }) => id)
  const without = ids.filter((id) => COMMAND_LINES[id] === undefined)
  expect(without).toEqual(LEFT_OUT.map((name) => name.replace('.', '_')))
  expect(Object.keys(COMMAND_LINES).filter((id) => !ids.includes(id))).toEqual([])
  for (const line of Object.values(COMMAND_LINES))
    await expect(parses(words(line).slice(1)), line).resolves.toBe(true)
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contract } from '@wharden/api'
import { expect, test } from 'vitest'

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

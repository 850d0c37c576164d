import { expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import { render } from './render.ts'
import type { View } from './view.ts'

type Item = { readonly name: string; readonly tags: readonly string[]; readonly size: number | null }

const ITEMS: readonly Item[] = [
  { name: 'nginx', tags: ['a', 'b'], size: 1 },
  { name: 'hello-world', tags: [], size: null },
]
const VIEW: View<Item> = [
  ['NAME', ({ name }) => name],
  ['SIZE', ({ size }) => size],
  ['TAGS', ({ tags }) => tags],
]

test.each([
  ['table', undefined, 'NAME         SIZE  TAGS\nnginx        1     a, b\nhello-world\n'],
  ['table', '[].{NAME: name, size: size}', 'NAME         SIZE\nnginx        1\nhello-world\n'],
  ['table', '[0].name', 'RESULT\nnginx\n'],
  ['table', 'nothing', ''],
  ['json', '[0].name', '"nginx"\n'],
  ['json', 'nothing', 'null\n'],
  ['jsonc', '[0].size', '\u001b[36m1\u001b[39m\n'],
  ['jsonc', '{a: [0].name}', '{\n  \u001b[34m"a"\u001b[39m: \u001b[32m"nginx"\u001b[39m\n}\n'],
  ['tsv', undefined, 'nginx\t["a","b"]\t1\nhello-world\t[]\t\n'],
  ['tsv', '[0].name', 'nginx\n'],
  ['tsv', '[].name', 'nginx\nhello-world\n'],
  ['tsv', '[0].[name, size]', 'nginx\n1\n'],
  ['yaml', '[1]', 'name: hello-world\ntags: []\nsize: null\n'],
] as const)('%s of %s', async (format, query, text) => {
  expect(await render(ITEMS, VIEW, format, query)).toBe(text)
})

test('without its colours it is the JSON that it was', async () => {
  const odd = [{ name: 'a "b": 1, [true] \\', tags: ['-1'], size: -1.5e21 }]
  const coloured = await render<Item>(odd, VIEW, 'jsonc', undefined)
  // oxlint-disable-next-line no-control-regex -- colours are what this is about
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(await render<Item>(odd, VIEW, 'json', undefined))
})

test('a single thing is a table of one line, and nothing is no table', async () => {
  expect(await render<Item>(ITEMS[0] ?? [], VIEW, 'table', undefined)).toBe(
    'NAME   SIZE  TAGS\nnginx  1     a, b\n',
  )
  expect(await render<Item>([], VIEW, 'table', undefined)).toBe('')
})

test('what others wrote cannot drive the terminal', async () => {
  const hostile = [{ name: '\u001b[31mred\r\nsecond\u009b2J', tags: ['\u0007'], size: 1 }]
  for (const format of ['table', 'tsv'] as const) {
    const text = await render<Item>(hostile, VIEW, format, undefined)
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    expect(text.split('\n').length).toBe(format === 'table' ? 3 : 2)
  }
})

test('a query that cannot be read is wrong usage', async () => {
  await expect(render(ITEMS, VIEW, 'json', '[')).rejects.toThrow(CliError)
})

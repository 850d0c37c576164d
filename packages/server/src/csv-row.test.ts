import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRow } from './csv-row.ts'

test.each([
  [['a', 1, null, ''], 'a,1,,'],
  [['say "hi"', 'one, two', 'line\nline'], '"say ""hi""","one, two","line\nline"'],
  [['=1+1', '+1', '-1', '@a'], "'=1+1,'+1,'-1,'@a"],
  [['=HYPERLINK("http://evil")'], `"'=HYPERLINK(""http://evil"")"`],
  [['\t=1', '\r=1', '＝1'], `'\t=1,"'\r=1",'＝1`],
  [[-1], '-1'],
] as const)('%j is %j', (cells, line) => {
  expect(csvRow(cells)).toBe(`${line}\r\n`)
})

test('no text begins a formula, and what was written is read again', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
      const read = parse(csvRow(cells))
      expect(read.map((cell, index) => (cell === `'${cells[index]}` ? cells[index] : cell))).toEqual(cells)
      for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    }),
  )
})

/** RFC 4180, one line of it. */
function parse(line: string): readonly string[] {
  const cells = `,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,"]*))/g)
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}

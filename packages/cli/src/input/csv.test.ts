import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from './csv.ts'

test.each([
  ['', []],
  ['a', [['a']]],
  ['a\n', [['a']]],
  [
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['\uFEFFa\n\n\nb', [['a'], ['b']]],
  [
    'a,\n,b\n,',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['"a,b","say ""hi""","two\nlines"\nc', [['a,b', 'say "hi"', 'two\nlines'], ['c']]],
  [' a , "b" ', [['a', 'b']]],
])('%j', (text, records) => {
  expect(parseCsv(text)).toEqual(records)
})

test('what is quoted comes back as it was', () => {
  const cell = fc.string({ minLength: 1 })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (records) => {
      const text = records.map((record) => record.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
      expect(parseCsv(text.join('\r\n'))).toEqual(records)
    }),
  )
})

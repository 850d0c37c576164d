import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUploadRange, parseContentRange } from './upload-range.ts'

test.each([
  ['0-0', { start: 0, end: 1 }],
  ['0-1023', { start: 0, end: 1024 }],
  ['1024-2047', { start: 1024, end: 2048 }],
  ['999999999999998-999999999999999', { start: 999_999_999_999_998, end: 1_000_000_000_000_000 }],
])('%s is a chunk', (header, expected) => {
  expect(parseContentRange(header)).toEqual(expected)
})

test.each([
  '',
  '-',
  '0-',
  '-1',
  '5-4',
  '0-1/2',
  'bytes 0-1/2',
  'bytes=0-1',
  ' 0-1',
  '0-1\n',
  '0 - 1',
  '0x0-1',
  '0-1,2-3',
  `0-${'9'.repeat(16)}`,
])('%j is none', (header) => {
  expect(parseContentRange(header)).toBeUndefined()
})

test('what an upload holds is what its chunk was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e14 }), (received) => {
      expect(parseContentRange(formatUploadRange(received))).toEqual({ start: 0, end: received })
    }),
  )
})

test('an empty upload has no word of its own', () => {
  expect(formatUploadRange(0)).toBe('0-0')
})

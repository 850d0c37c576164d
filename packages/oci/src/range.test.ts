import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatContentRange, formatUnsatisfiedRange, parseRange, type ByteRange } from './range.ts'

const WHOLE: ByteRange = { type: 'whole' }
const NONE: ByteRange = { type: 'unsatisfiable' }
const part = (start: number, end: number): ByteRange => ({ type: 'part', start, end })

describe('parseRange, of 1000 bytes', () => {
  test.each<[string | undefined, ByteRange]>([
    [undefined, WHOLE],
    // https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
    ['bytes=0-499', part(0, 500)],
    ['bytes=500-999', part(500, 1000)],
    ['bytes=-500', part(500, 1000)],
    ['bytes=990-', part(990, 1000)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=-1', part(999, 1000)],
    ['bytes=0-', part(0, 1000)],
    ['bytes=999-999', part(999, 1000)],
    // longer than there is
    ['bytes=500-5000', part(500, 1000)],
    ['bytes=-5000', part(0, 1000)],
    [`bytes=0-${'9'.repeat(400)}`, part(0, 1000)],
    [`bytes=${'0'.repeat(14)}5-9`, part(5, 10)],
    // nothing there
    ['bytes=1000-', NONE],
    ['bytes=1000-2000', NONE],
    ['bytes=-0', NONE],
    [`bytes=${'9'.repeat(400)}-`, NONE],
    // units and white space
    ['Bytes=0-9', part(0, 10)],
    ['bytes= 0-9 ', part(0, 10)],
    // several: the whole, as a server may
    ['bytes=0-0,-1', WHOLE],
    ['bytes=0-9, 20-29', WHOLE],
    // broken, or not ours: the whole
    ['bytes=9-0', WHOLE],
    ['bytes=-', WHOLE],
    ['bytes=', WHOLE],
    ['bytes', WHOLE],
    ['', WHOLE],
    ['bytes=a-b', WHOLE],
    ['bytes=0-9x', WHOLE],
    ['bytes=0--9', WHOLE],
    ['bytes=+0-9', WHOLE],
    ['bytes=0.5-9', WHOLE],
    ['bytes=0x0-9', WHOLE],
    ['bytes 0-9', WHOLE],
    ['lines=0-9', WHOLE],
    ['bytes=٠-٩', WHOLE],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 1000)).toEqual(expected)
  })
})

describe('parseRange, of nothing', () => {
  test.each<[string, ByteRange]>([
    ['bytes=0-', NONE],
    ['bytes=0-0', NONE],
    ['bytes=-0', NONE],
    // https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2: a suffix of any length is satisfied by all there is
    ['bytes=-1', WHOLE],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 0)).toEqual(expected)
  })
})

test('a part is never empty and never outside, and says what it is', () => {
  const number = fc.option(fc.oneof(fc.nat(50), fc.bigInt({ min: 0n }).map(String)), { nil: '' })
  fc.assert(
    fc.property(number, number, fc.nat(40), (first, last, size) => {
      const range = parseRange(`bytes=${first}-${last}`, size)
      if (range.type !== 'part') return
      expect(range.start).toBeGreaterThanOrEqual(0)
      expect(range.end).toBeGreaterThan(range.start)
      expect(range.end).toBeLessThanOrEqual(size)
      expect(formatContentRange(range, size)).toBe(`bytes ${range.start}-${range.end - 1}/${size}`)
    }),
  )
})

test('a 416 says how much there is', () => {
  expect(formatUnsatisfiedRange(1000)).toBe('bytes */1000')
})

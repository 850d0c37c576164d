import { describe, expect, test } from 'vitest'
import { createPace } from './pace.ts'

const limits = { idleMilliseconds: 100, minimumBytesPerSecond: 1000, windowMilliseconds: 1000 }

describe('a sender', () => {
  test('may be silent for less than the idle time', () => {
    const pace = createPace(limits, 0)
    expect(pace.verdict(99)).toBe('fine')
    expect(pace.verdict(100)).toBe('idle')
    pace.heard(1, 100)
    expect(pace.verdict(199)).toBe('fine')
  })

  test.each([
    [1000, 'fine'],
    [999, 'slow'],
  ])('that brought %i bytes in a window of 1000 is %s', (bytes, verdict) => {
    const pace = createPace(limits, 0)
    pace.heard(bytes, 990)
    expect(pace.verdict(999)).toBe('fine')
    expect(pace.verdict(1000)).toBe(verdict)
  })

  test('is judged anew in each window', () => {
    const pace = createPace(limits, 0)
    pace.heard(5000, 950)
    expect(pace.verdict(1000)).toBe('fine')
    pace.heard(10, 1990)
    expect(pace.verdict(2000)).toBe('slow')
  })

  test('is not blamed for the time we rested', () => {
    const pace = createPace(limits, 0)
    pace.heard(500, 50)
    pace.rest(60)
    pace.rest(5000)
    expect(pace.verdict(9000)).toBe('fine')
    pace.listen(10_000)
    expect(pace.verdict(10_099)).toBe('fine')
    expect(pace.verdict(10_100)).toBe('idle')
    pace.heard(500, 10_900)
    expect(pace.verdict(10_940)).toBe('fine')
  })
})

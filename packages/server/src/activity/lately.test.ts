import { expect, test } from 'vitest'
import { createLately } from './lately.ts'

test('what was done counts for its time, and no longer', () => {
  const lately = createLately<string>(60, 10)
  lately.done('a', 1_000)
  expect([lately.was('a', 1_059), lately.was('a', 1_060), lately.was('b', 1_000)]).toEqual([
    true,
    false,
    false,
  ])
  lately.done('b', 1_050)
  lately.done('c', 1_061)
  expect([lately.was('b', 1_109), lately.was('c', 1_109)]).toEqual([true, true])
  lately.done('a', 1_070)
  expect(lately.was('a', 1_129)).toBe(true)
})

test('of too many it forgets the oldest, and never the last ones up to its limit', () => {
  const lately = createLately<number>(60, 10)
  const isKept = (key: number) => lately.was(key, 1_000)
  for (let key = 0; key < 100; key += 1) {
    lately.done(key, 1_000)
    expect(Array.from({ length: Math.min(key + 1, 10) }, (_, back) => key - back).every(isKept)).toBe(true)
    expect(Array.from({ length: key + 1 }, (_, any) => any).filter(isKept).length).toBeLessThanOrEqual(20)
  }
})

import { expect, test } from 'vitest'
import { nameSome } from './name-some.ts'

test.each([
  [['one'], '`one`'],
  [['one', 'two', 'three'], '`one`, `two` and `three`'],
  [['x'.repeat(1_000)], `\`${'x'.repeat(57)}...\``],
])('%j', (names, said) => {
  expect(nameSome(names)).toBe(said)
})

test('of a thousand it says twenty, and how many more', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `device-${index}`)
  expect(nameSome(names)).toMatch(/^`device-0`, .*`device-19` and 980 more$/)
})

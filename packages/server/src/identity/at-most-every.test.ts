import { expect, test } from 'vitest'
import { atMostEvery } from './at-most-every.ts'

test('what many ask for is done once, and again only after a while, also when it failed', async () => {
  let now = 0
  let done = 0
  let failing = false
  const act = atMostEvery(
    1_000,
    async () => {
      done += 1
      if (failing) throw new Error('away')
    },
    () => now,
  )
  expect(await Promise.all([act(), act(), act()])).toEqual([true, true, true])
  now = 999
  expect([await act(), done]).toEqual([false, 1])
  now = 1_000
  failing = true
  await expect(act()).rejects.toThrow('away')
  expect([await act(), done]).toEqual([false, 2])
  now = 2_000
  failing = false
  expect([await act(), done]).toEqual([true, 3])
})

import { describe, expect, test } from 'vitest'
import type { PullSubject } from '../port/pull-counts.ts'
import { storeFor, type Harness } from './harness.ts'

export function pullCountsContract(harness: Harness): void {
  describe('pull counts', () => {
    const store = storeFor(harness)
    const take = (subject: PullSubject, limit: number, now: number) =>
      store().single.pullCounts.take(subject, { limit, now, after: now - 100 })

    test('a window holds as many as its limit, and begins anew once it is over', async () => {
      const one: PullSubject = 'credential:one'
      expect(await store().read.pullCounts.of(one)).toBeUndefined()
      expect(await take(one, 2, 1_000)).toEqual({ windowStart: 1_000, pulls: 1 })
      expect(await take(one, 2, 1_050)).toEqual({ windowStart: 1_000, pulls: 2 })
      expect(await take(one, 2, 1_099)).toBeUndefined()
      expect(await store().read.pullCounts.of(one)).toEqual({ windowStart: 1_000, pulls: 2 })
      expect(await take('user:u@o', 2, 1_099)).toEqual({ windowStart: 1_099, pulls: 1 })
      expect(await take(one, 2, 1_100)).toEqual({ windowStart: 1_100, pulls: 1 })
    })

    test('a raised limit lets on, a lowered one stops, in the same window', async () => {
      const two: PullSubject = 'credential:two'
      for (let pull = 0; pull < 3; pull += 1) await take(two, 3, 1_000)
      expect(await take(two, 4, 1_001)).toEqual({ windowStart: 1_000, pulls: 4 })
      expect(await take(two, 2, 1_002)).toBeUndefined()
    })

    test('many at once are no more than the limit', async () => {
      const taken = await Promise.all(Array.from({ length: 40 }, () => take('user:many', 25, 1_000)))
      const counts = taken.flatMap((count) => (count === undefined ? [] : [count.pulls]))
      expect(counts.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 25 }, (_, index) => index + 1),
      )
    })

    test('what is over is forgotten', async () => {
      await take('credential:old', 9, 5_000)
      await take('credential:young', 9, 5_001)
      expect(await store().single.pullCounts.deleteUpTo(5_000)).toBeGreaterThan(0)
      expect(await store().read.pullCounts.of('credential:old')).toBeUndefined()
      expect(await store().read.pullCounts.of('credential:young')).toEqual({ windowStart: 5_001, pulls: 1 })
    })
  })
}

import { expect, test } from 'vitest'
import { newId } from './id.ts'

test('ids are UUIDs of version 7, all different, in the order in which they were made', () => {
  const now = Date.UTC(2026, 10, 21)
  const ids = Array.from({ length: 10_000 }, (_, index) => newId<string>(now + Math.floor(index / 5_000)))
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(ids.toSorted())
  expect(
    Number.parseInt(
      newId<string>(now + 9)
        .slice(0, 13)
        .replace('-', ''),
      16,
    ),
  ).toBe(now + 9)
})

test('a clock that was set back a little does not change the order, one that was set back far is believed', () => {
  const now = Date.UTC(2027, 0, 1)
  const [first, second] = [newId<string>(now), newId<string>(now - 500)]
  expect(first < second).toBe(true)
  expect(newId<string>(now - 60_000) < first).toBe(true)
})

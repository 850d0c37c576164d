import { describe, expect, it } from 'vitest'
import { createHourlyBudget } from './hourly-budget.ts'

const HOUR = 3_600_000

describe('what is written down on behalf of one asker', () => {
  it('is so much an hour, and anew in the next', () => {
    const { spend } = createHourlyBudget(2)
    const at = [0, 1, HOUR - 1, HOUR, HOUR + 1, 2 * HOUR - 1]
    expect(at.map((time) => spend('ann', time))).toEqual([true, true, false, true, true, false])
  })

  it('is each asker’s own', () => {
    const { spend } = createHourlyBudget(1)
    expect([spend('ann', 0), spend('bob', 0), spend('ann', 0), spend('bob', 0)]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('is one share for all who come after the first ten thousand, so that names cost no memory', () => {
    const { spend } = createHourlyBudget(3)
    for (let n = 0; n < 10_000; n += 1) expect(spend(`asker-${n}`, 0)).toBe(true)
    const late = Array.from({ length: 100 }, (_, n) => spend(`late-${n}`, 0))
    expect(late.filter(Boolean)).toHaveLength(3)
    expect(spend('asker-0', 0)).toBe(true)
  })
})

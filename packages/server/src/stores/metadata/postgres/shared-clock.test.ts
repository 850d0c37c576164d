import { expect, test } from 'vitest'
import { createSharedClock } from './shared-clock.ts'

function create() {
  const machine = { now: 1_000_000, steady: 0 }
  const said: string[] = []
  const clock = createSharedClock(
    (_level, message) => void said.push(message),
    () => machine.now,
    () => machine.steady,
  )
  const measure = (difference: number, delay = 0) => {
    const done = clock.measure()
    const asked = machine.now + delay / 2
    machine.now += delay
    machine.steady += delay
    done(asked + difference)
    return clock.ahead()
  }
  return { clock, measure, said, machine }
}

test('clocks that agree, but for delays on the way, are left alone', () => {
  const { measure, said } = create()
  expect([measure(0), measure(400), measure(-500), measure(0, 2_000), measure(1_400, 2_000)]).toEqual([
    0, 0, 0, 0, 0,
  ])
  expect(said).toEqual([])
})

test.each([
  ['behind', 600_000],
  ['ahead', -600_000],
])('a machine whose clock is %s goes by the database’s, and says so once', (_, difference) => {
  const { measure, said } = create()
  expect([measure(difference), measure(difference + 200), measure(difference, 100)]).toEqual([
    difference,
    difference,
    difference,
  ])
  expect(said).toHaveLength(1)
})

test('a clock that is set right while it runs is believed again', () => {
  const { measure } = create()
  measure(600_000)
  expect(measure(30)).toBe(0)
})

test('a clock that jumps between two measurements is corrected at once, and not believed when it jumps back', () => {
  const { clock, measure, machine } = create()
  measure(0)
  machine.now += 3_600_000
  expect(clock.ahead()).toBe(-3_600_000)
  expect(measure(-3_600_000)).toBe(-3_600_000)
  machine.now -= 3_600_000
  expect(clock.ahead()).toBe(0)
})

import { expect, test } from 'vitest'
import { createCircuit } from './circuit.ts'

test('five failures in a row open it, one request at a time tries, and success closes it', () => {
  let now = 0
  const told: unknown[] = []
  const circuit = createCircuit(
    (failing) => told.push(failing),
    () => now,
  )
  for (let count = 0; count < 4; count += 1) circuit.failed('TimeoutError')
  circuit.worked()
  for (let count = 0; count < 5; count += 1) {
    circuit.pass()
    circuit.failed('TimeoutError')
  }
  expect(told).toEqual([{ since: 0, because: 'TimeoutError' }])
  expect(() => circuit.pass()).toThrow(/can not be used \(TimeoutError\)/)
  now = 3_000
  circuit.pass()
  expect(() => circuit.pass()).toThrow(/can not be used/)
  circuit.failed('ECONNREFUSED')
  now = 5_999
  expect(() => circuit.pass()).toThrow(/can not be used/)
  now = 6_000
  circuit.pass()
  circuit.worked()
  circuit.pass()
  expect(told).toHaveLength(2)
  expect(circuit.failing()).toBeUndefined()
})

import { expect, test } from 'vitest'
import { z } from 'zod'
import { knownItems } from './known-items.ts'

const page = z.object({ items: z.array(z.object({ role: z.enum(['owner', 'member']) })), next: z.null() })

test('what has no words in the contract is passed over, and told', () => {
  const told: number[] = []
  const tell = (count: number) => void told.push(count)
  const whole = { items: [{ role: 'owner' }], next: null }
  expect(knownItems(page, whole, tell)).toBe(whole)
  const mixed = { items: [{ role: 'owner' }, { role: 'billing' }, { role: 'member' }], next: null }
  expect(knownItems(page, mixed, tell)).toEqual({
    items: [{ role: 'owner' }, { role: 'member' }],
    next: null,
  })
  expect(told).toEqual([1])
})

test.each([
  ['no list', z.object({ role: z.string() }), { role: 1 }],
  ['nothing', undefined, undefined],
  ['a list of another form', page, { items: 1 }],
])('%s comes back as it is', (_, schema, output) => {
  expect(knownItems<unknown>(schema, output, () => {})).toBe(output)
})

import { expect, test } from 'vitest'
import { z } from 'zod'
import { sayWrongInput } from './wrong-input.ts'

test.each([
  [z.string().max(200), 'x'.repeat(201), 'use at most 200 characters'],
  [z.string().min(1), '', 'use at least 1 character'],
  [z.int().max(30), 31, 'use at most 30'],
  [z.int().min(1), 0, 'use at least 1'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'name at most 2'],
  [z.array(z.string()).min(1), [], 'name at least 1'],
  [z.enum(['public', 'private']), 'secret', 'use one of `public`, `private`'],
  [z.literal('pat'), 'oat', 'use `pat`'],
  [z.string(), undefined, 'this is missing'],
  [z.string(), 7, 'use a string'],
  [z.int(), 'seven', 'use a number'],
  [z.int(), 1.5, 'use a whole number'],
  [z.array(z.string()), 'a', 'use an array'],
  [z.email(), 'nobody', 'use an e-mail address'],
  [z.iso.datetime(), 'yesterday', 'use a time such as `2026-11-21T12:00:00Z`'],
  [z.string().max(3, 'three at most'), 'four', 'three at most'],
])('%# is answered in a sentence that helps', (schema, input, sentence) => {
  expect(schema.safeParse(input, { error: sayWrongInput }).error?.issues[0]?.message).toBe(sentence)
})

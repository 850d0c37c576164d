import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { secret } from './secret.ts'

const CANARY = 'whd_pat_canary'

test.each<readonly [string, (value: ReturnType<typeof secret<string>>) => unknown]>([
  ['String()', (value) => String(value)],
  ['a template', (value) => `${value.toString()} ${String(value)}`],
  ['concatenation', (value) => ['', value].join('')],
  ['JSON', (value) => JSON.stringify({ nested: [value] })],
  ['inspect', (value) => inspect({ value }, { showHidden: true, depth: 9, getters: true })],
  ['a copy of its properties', (value) => JSON.stringify(Object.assign({}, value))],
  ['own properties', (value) => JSON.stringify(Object.getOwnPropertyDescriptors(value))],
  ['an error that carries it', (value) => inspect(new Error('refused', { cause: value }))],
  ['a structured clone', (value) => inspect(structuredClone({ value }), { showHidden: true, depth: 9 })],
])('a secret is not readable through %s', (_, print) => {
  expect(print(secret(CANARY))).not.toContain('canary')
})

test('a secret prints as ***, and reveals itself only when asked to', () => {
  const value = secret(CANARY)
  expect([String(value), JSON.stringify(value), inspect(value)]).toEqual(['***', '"***"', '***'])
  expect(value.reveal()).toBe(CANARY)
})

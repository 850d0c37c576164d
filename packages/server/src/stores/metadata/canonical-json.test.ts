import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, parseJson } from './canonical-json.ts'

test.each([
  [{ b: 1, a: [true, null, { d: 'x', c: '' }] }, '{"a":[true,null,{"c":"","d":"x"}],"b":1}'],
  [{ 10: 'ten', 9: 'nine', é: 1, e: 2 }, '{"10":"ten","9":"nine","e":2,"é":1}'],
  ['\u0000"\\', '"\\u0000\\"\\\\"'],
  [-0, '0'],
])('%j is written one way', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

test('what is written comes back, and is written the same whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
      const json = JSON.parse(JSON.stringify(document))
      const text = canonicalJson(json)
      expect(parseJson(text)).toEqual(json)
      expect(canonicalJson(Object.fromEntries(Object.entries(json).reverse()) as never)).toBe(text)
    }),
  )
})

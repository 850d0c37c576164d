import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyText } from '../test/arbitraries.ts'
import { formatLink, parseNextLink } from './link.ts'

test('leads on with the size and the last name of this page', () => {
  expect(formatLink('/v2/acme/app/tags/list', { n: 2, last: 'b' })).toBe(
    '</v2/acme/app/tags/list?n=2&last=b>; rel="next"',
  )
})

test('what a value holds can’t end the link', () => {
  fc.assert(
    fc.property(anyText, (last) => {
      const next = parseNextLink(formatLink('/v2/_catalog', { last: last.toWellFormed() }))
      expect(new URL(next ?? '', 'http://host').searchParams.get('last')).toBe(last.toWellFormed())
    }),
  )
})

test.each([
  ['</v2/_catalog?n=2>; rel="next"', '/v2/_catalog?n=2'],
  ['<https://host/a>; rel=next', 'https://host/a'],
  ['<a>; rel="prev", <b>; rel="next"', 'b'],
  ['<a>; title="x, <y>; rel=next"; REL="last Next"', 'a'],
  ['<a> ; foo ; rel = "next"', 'a'],
  ['<a>;rel=prev', undefined],
  ['<a>', undefined],
  ['a; rel="next"', undefined],
  ['<a; rel="next"', undefined],
  ['', undefined],
])('%s leads to %s', (header, expected) => {
  expect(parseNextLink(header)).toBe(expected)
})

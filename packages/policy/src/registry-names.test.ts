import { expect, test } from 'vitest'
import {
  describeRegistryNameProblem,
  parseRegistryTokenName,
  parseScopeMapName,
  scopeMapNameOf,
} from './registry-names.ts'

const A50 = 'a'.repeat(50)

test.each(['MyToken', 'device-01', '12345', '-----', A50])('`%s` names a token, and its map', (name) => {
  expect(parseRegistryTokenName(name)).toEqual({ type: 'ok', value: name })
  expect(parseScopeMapName(scopeMapNameOf(name)).type).toBe('ok')
})

test.each(['abcd', '', `${A50}a`, 'my_token', 'my token', 'my.token', 'mÿtoken', 'token\n', 'a/b/c'])(
  '`%s` names no token',
  (text) => {
    const parsed = parseRegistryTokenName(text)
    expect(parsed.type === 'error' && describeRegistryNameProblem(parsed.error)).toBe(
      `\`${text}\` can't be a token's name: use 5 to 50 letters, digits and hyphens`,
    )
  },
)

test.each(['MyScopeMap', 'my_scope-map', 'a____', A50])('`%s` names a scope map', (name) => {
  expect(parseScopeMapName(name)).toEqual({ type: 'ok', value: name })
})

test.each([
  ['abcd', /use 5 to 50 letters, digits, hyphens and underscores/],
  [`${A50}a`, /use 5 to 50/],
  [`${A50}a-scope-map`, /use 5 to 50/],
  ['my map', /use 5 to 50/],
  ['a/b/c', /use 5 to 50/],
  ['_mine', /`_mine`: names that begin with `_` are the system’s/],
  ['_repositories_pull', /are the system’s/],
])('`%s` names no scope map', (text, says) => {
  const parsed = parseScopeMapName(text)
  expect(parsed.type === 'error' && describeRegistryNameProblem(parsed.error)).toMatch(says)
})

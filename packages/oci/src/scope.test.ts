import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, scopes } from '../test/arbitraries.ts'
import { formatScope, parseScopes, SCOPE_LIMIT, splitScope } from './scope.ts'

const written = (values: readonly string[], limit?: number) => parseScopes(values, limit).map(formatScope)

describe('splitScope', () => {
  test.each([
    ['repository:a/b:pull,push', { type: 'repository', name: 'a/b', actions: ['pull', 'push'] }],
    ['repository(plugin):a/b:pull', { type: 'repository', class: 'plugin', name: 'a/b', actions: ['pull'] }],
    [
      'repository:localhost:5000/a/b:pull',
      { type: 'repository', name: 'localhost:5000/a/b', actions: ['pull'] },
    ],
    ['repository:[::1]:5000/a:pull', { type: 'repository', name: '[::1]:5000/a', actions: ['pull'] }],
    ['registry:catalog:*', { type: 'registry', name: 'catalog', actions: ['*'] }],
    ['repository:*:*', { type: 'repository', name: '*', actions: ['*'] }],
    ['repository:a:', { type: 'repository', name: 'a', actions: [''] }],
    ['repository::pull', { type: 'repository', name: '', actions: ['pull'] }],
  ])('%s', (text, expected) => {
    expect(splitScope(text)).toEqual(expected)
  })

  test.each([
    '',
    'repository',
    'repository:a',
    ':a:pull',
    'Repository:a:pull',
    'repository():a:pull',
    'repository(x:a:pull',
    'a b:c:d',
  ])('%j is no scope', (text) => {
    expect(splitScope(text)).toBeUndefined()
  })
})

describe('parseScopes', () => {
  test.each<[what: string, values: string[], expected: string[]]>([
    ['nothing asked', [], []],
    ['an empty parameter', [''], []],
    ['one scope', ['repository:acme/app:pull'], ['repository:acme/app:pull']],
    [
      'actions in canonical order',
      ['repository:a:*,metadata_write,delete,push,metadata_read,pull'],
      ['repository:a:pull,push,delete,metadata_read,metadata_write,*'],
    ],
    ['an action twice', ['repository:a:pull,pull'], ['repository:a:pull']],
    [
      'several in one parameter',
      ['repository:b:pull repository:a:push'],
      ['repository:a:push', 'repository:b:pull'],
    ],
    [
      'spaces too many',
      ['  repository:a:pull   repository:b:pull '],
      ['repository:a:pull', 'repository:b:pull'],
    ],
    [
      'the parameter repeated',
      ['repository:b:pull', 'repository:a:push'],
      ['repository:a:push', 'repository:b:pull'],
    ],
    [
      'one repository twice, as skopeo asks',
      ['repository:a:pull', 'repository:a:metadata_read'],
      ['repository:a:pull,metadata_read'],
    ],
    ['the class of a plugin', ['repository(plugin):a:pull', 'repository:a:push'], ['repository:a:pull,push']],
    [
      'the catalog, first',
      ['repository:a:pull', 'registry:catalog:*'],
      ['registry:catalog:*', 'repository:a:pull'],
    ],
    ['the catalog knows * only', ['registry:catalog:pull,*'], ['registry:catalog:*']],
    ['no known action for the catalog', ['registry:catalog:pull'], []],
    ['ACR’s other registry scopes', ['registry:deleted_catalog:*'], []],
    ['everything, as acr-cli asks', ['registry:catalog:* repository:*:*'], ['registry:catalog:*']],
    [
      'an unknown type',
      ['artifact-repository:a:pull', 'sbom:a:pull', 'repository:a:pull'],
      ['repository:a:pull'],
    ],
    ['an unknown action', ['repository:a:admin,pull,PULL'], ['repository:a:pull']],
    ['no action', ['repository:a:', 'repository:b:,'], []],
    [
      'an invalid name',
      ['repository:A/b:pull', 'repository:a//b:pull', 'repository:../a:pull', 'repository::pull'],
      [],
    ],
    ['another registry’s repository', ['repository:localhost:5000/a:pull'], []],
    ['no scope at all', ['pull', 'repository:a', 'https://example.com/.default'], []],
    ['other white space', ['repository:a:pull\trepository:b:pull'], []],
  ])('%s', (_what, values, expected) => {
    expect(written(values)).toEqual(expected)
  })

  test('keeps the first names up to the limit, and all their actions', () => {
    expect(written(['repository:c:pull repository:b:pull repository:a:pull repository:c:push'], 2)).toEqual([
      'repository:b:pull',
      'repository:c:pull,push',
    ])
    expect(parseScopes(Array.from({ length: 50 }, (_, at) => `repository:a${at}:pull`))).toHaveLength(
      SCOPE_LIMIT,
    )
  })
})

describe('laws', () => {
  const lists = fc.array(scopes, { maxLength: 12 }).map((list) => list.map(formatScope))

  test('a scope reads back as it was written', () => {
    fc.assert(
      fc.property(scopes, (scope) => {
        expect(parseScopes([formatScope(scope)])).toEqual([scope])
      }),
    )
  })

  test('neither order nor repetition nor the way of listing matters', () => {
    fc.assert(
      fc.property(lists, (list) => {
        const expected = parseScopes(list)
        expect(parseScopes(list.toReversed())).toEqual(expected)
        expect(parseScopes([...list, ...list])).toEqual(expected)
        expect(parseScopes([list.join(' ')])).toEqual(expected)
        expect(parseScopes(expected.map(formatScope))).toEqual(expected)
      }),
    )
  })

  test('every name comes once, and only known actions, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, scopes.map(formatScope))), (values) => {
        const parsed = parseScopes(values)
        expect(new Set(parsed.map(({ type, name }) => `${type}:${name}`)).size).toBe(parsed.length)
        for (const { actions } of parsed) {
          expect(actions.length).toBeGreaterThan(0)
          expect(new Set(actions).size).toBe(actions.length)
        }
      }),
    )
  })
})

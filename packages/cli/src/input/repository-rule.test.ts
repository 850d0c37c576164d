import { OatOrganizationScope, OatRepositoryScope, PatScope } from '@wharden/api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  groupValues,
  OAT_ORGANIZATION_WORDS,
  OAT_WORDS,
  parseRules,
  PAT_WORDS,
  REGISTRY_WORDS,
} from './repository-rule.ts'

const FLAGS = new Set(['--repository', '--upstream'])

test.each<{ argv: string[]; grouped: string[] }>([
  { argv: [], grouped: [] },
  { argv: ['--repository', 'a', 'pull', 'push'], grouped: ['--repository=a pull push'] },
  {
    argv: ['--repository', 'a', 'pull', '--repository', 'pull', 'push'],
    grouped: ['--repository=a pull', '--repository=pull push'],
  },
  { argv: ['--repository=a', 'pull', '-o', 'json'], grouped: ['--repository=a pull', '-o', 'json'] },
  {
    argv: ['name', '--repository', 'a', 'pull', '--org', 'acme'],
    grouped: ['name', '--repository=a pull', '--org', 'acme'],
  },
  { argv: ['--org', 'acme', 'name'], grouped: ['--org', 'acme', 'name'] },
  { argv: ['--upstream', 'docker.io/*', 'pull'], grouped: ['--upstream=docker.io/* pull'] },
  {
    argv: ['--repository', 'a', 'pull', '--', '--repository', 'b'],
    grouped: ['--repository=a pull', '--', '--repository', 'b'],
  },
  { argv: ['--repository', 'a pull'], grouped: ['--repository=a pull'] },
  { argv: ['--repository'], grouped: ['--repository'] },
  { argv: ['--repositoryx', 'a', 'b'], grouped: ['--repositoryx', 'a', 'b'] },
])('$argv', ({ argv, grouped }) => {
  expect(groupValues(argv, FLAGS)).toEqual(grouped)
})

test('no word is lost, added or moved', () => {
  const word = fc.constantFrom('--repository', '--org', '-o', 'a', 'pull', '--', '--repository=x', '-')
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      const flat = (words: readonly string[]) =>
        words.flatMap((one) => one.replace(/^--repository=/, '--repository ').split(' '))
      expect(flat(groupValues(argv, FLAGS))).toEqual(flat(argv))
    }),
  )
})

test('a repository named twice has the union', () => {
  expect(
    parseRules(['a content/read', 'b content/write', 'a content/write content/read'], REGISTRY_WORDS),
  ).toEqual([
    { repository: 'a', permissions: ['content/read', 'content/write'] },
    { repository: 'b', permissions: ['content/write'] },
  ])
})

test('actions are taken in any case, as az takes them', () => {
  expect(parseRules(['a Content/READ'], REGISTRY_WORDS)).toEqual([
    { repository: 'a', permissions: ['content/read'] },
  ])
})

test('short words and the API’s own are both understood', () => {
  expect(parseRules(['samples/* pull scope-image-push'], OAT_WORDS)).toEqual([
    { repository: 'samples/*', permissions: ['scope-image-pull', 'scope-image-push'] },
  ])
})

test.each([
  { value: 'samples/nginx', message: '`--repository samples/nginx` names no permission' },
  {
    value: 'Samples/Nginx pull',
    message: "`Samples/Nginx` can't be a repository: their names are in lower case",
  },
  { value: 'samples/nginx pull', message: '`pull` is not a permission here' },
  { value: 'samples/nginx content/bogus', message: '`content/bogus` is not a permission here' },
  { value: 'samples/nginx toString', message: '`toString` is not a permission here' },
])('$value: $message', ({ value, message }) => {
  expect(() => parseRules([value], REGISTRY_WORDS)).toThrow(
    expect.objectContaining({ exit: 'usage', message }),
  )
})

test.each([
  { words: OAT_WORDS, scopes: OatRepositoryScope.options },
  { words: OAT_ORGANIZATION_WORDS, scopes: OatOrganizationScope.options },
  { words: PAT_WORDS, scopes: PatScope.options },
])('each of $scopes has a short word', ({ words, scopes }) => {
  expect(Object.values<string>(words).toSorted()).toEqual([...scopes].toSorted())
})

import { expect, test } from 'vitest'
import {
  BETA_OPEN,
  FACTS,
  HELLO_WORLD,
  inGroup,
  member,
  MYREGISTRY,
  NGINX,
  pat,
  patternOf,
  presentFact,
  repositoryResource,
  TOOLS,
  upstreamResource,
} from '../test/company.ts'
import { grantedActions } from './granted.ts'
import type { Grant } from './grant.ts'

const limit = (...patterns: readonly string[]): readonly Grant[] =>
  patterns.map((pattern) => ({
    pattern: patternOf(pattern),
    actions: ['content/read', 'content/write'],
    rule: pattern,
  }))

const held = (token: ReturnType<typeof pat>, of: typeof NGINX) =>
  grantedActions(token, repositoryResource(of), { ...FACTS, repository: presentFact(of) }).join(' ')

test.each([
  ['an owner by a name', member('owner'), ['samples/nginx'], 'content/read content/write'],
  ['an owner by a prefix', member('owner'), ['samples/*'], 'content/read content/write'],
  ['an owner by another prefix', member('owner'), ['other/*'], ''],
  ['an owner by everything', member('owner'), ['*'], 'content/read content/write'],
  ['a member who reads it by group, by a prefix', inGroup('read'), ['samples/*'], 'content/read'],
  ['a member who reads it by group, by its name', inGroup('read'), ['samples/nginx'], 'content/read'],
  ['a member who reads it by group, by another name', inGroup('read'), ['samples/hello-world'], ''],
  [
    'a member who writes all below it by group, by its name',
    inGroup('write', 'samples/*'),
    ['samples/nginx'],
    'content/read content/write',
  ],
  [
    'a member who reads all below it by group, by everything',
    inGroup('read', 'samples/*'),
    ['*'],
    'content/read',
  ],
  [
    'a member who writes everything by group, by a prefix',
    inGroup('write', '*'),
    ['samples/*'],
    'content/read content/write',
  ],
  [
    'a member who writes all below another prefix by group',
    inGroup('write', 'other/*'),
    ['samples/nginx'],
    '',
  ],
  ['a member without groups', member('member'), ['*'], ''],
])(
  'a token limited to some repositories does what its user and the limit allow: %s',
  (_, who, limits, actions) => {
    expect(held(pat(who, [], limit(...limits)), NGINX)).toBe(actions)
  },
)

test('limits leave all other repositories out, public ones too', () => {
  const token = pat(member('owner'), [], limit('samples/nginx'))
  expect([HELLO_WORLD, TOOLS, BETA_OPEN].map((of) => held(token, of))).toEqual(['', '', ''])
})

test('any personal access token reads its organizations and their policies', () => {
  const token = pat(member('member'), [], limit('samples/nginx'))
  const organization = { type: 'organization', organization: MYREGISTRY } as const
  expect(grantedActions(token, organization, FACTS)).toEqual(['organization/read', 'policy/read'])
})

test('what is limited to other registries pulls from them alone', () => {
  const token = pat(member('owner'), [], limit('docker.io/library/*'))
  expect(grantedActions(token, upstreamResource('docker.io/library/nginx'), FACTS)).toEqual(['content/read'])
  expect(grantedActions(token, upstreamResource('docker.io/evil/app'), FACTS)).toEqual([])
  expect(held(token, NGINX)).toBe('')
})

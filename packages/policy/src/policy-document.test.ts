import { describe, expect, test } from 'vitest'
import { MYREGISTRY, policyOf } from '../test/company.ts'
import { checkPolicyDocument, describeDocumentProblem, type PolicyKind } from './policy-document.ts'
import { defaultPolicy } from './policy.ts'

test('what an organization has not written is off, and begins as documented when it is switched on', () => {
  expect(policyOf(MYREGISTRY)).toEqual(defaultPolicy(MYREGISTRY))
  const on = policyOf(MYREGISTRY, {
    'sign-in': { mode: 'enforce' },
    'registry-access': { mode: 'enforce' },
    'image-access': { mode: 'enforce' },
  })
  expect(on.registryAccess.rules.map(({ id }) => id)).toEqual(['registry-access:allow:docker.io'])
  expect(on.imageAccess).toMatchObject({ categories: ['official', 'verified-publisher'], exemptOwners: true })
})

test('rules without an id are known by what they say', () => {
  const { registryAccess, imageAccess } = policyOf(MYREGISTRY, {
    'registry-access': { rules: [{ host: '*.Example.com', effect: 'deny', operations: ['push'] }] },
    'image-access': {
      allow: [{ repository: 'docker.io/nginx', tag: '1.*', reason: 'reviewed' }],
      deny: [{ repository: 'docker.io/evil/*', id: 'rule-7' }],
      categoryRules: [{ repository: 'quay.io/acme/*', category: 'organization' }],
    },
  })
  expect(registryAccess.rules.map(({ id }) => id)).toEqual(['registry-access:deny:*.example.com'])
  expect(imageAccess.rules.map(({ id, note }) => [id, note])).toEqual([
    ['image-access:allow:docker.io/library/nginx:1.*', 'reviewed'],
    ['rule-7', undefined],
  ])
  expect(imageAccess.categoryRules.map(({ id }) => id)).toEqual(['image-access:organization:quay.io/acme/*'])
})

describe('a document that is not understood is refused, and where is said', () => {
  test.each<[PolicyKind, unknown, RegExp]>([
    ['sign-in', null, /^`sign-in` must be an object/],
    ['sign-in', [], /^`sign-in` must be an object/],
    ['sign-in', { mode: 'on' }, /^`sign-in\.mode` must be one of off, report, enforce/],
    ['sign-in', { mode: 'off', strict: true }, /^`sign-in\.strict` is not known here/],
    ['sign-in', JSON.parse('{"mode":"off","__proto__":{"a":1}}'), /^`sign-in\.__proto__` is not known here/],
    ['registry-access', { rules: {} }, /^`registry-access\.rules` must be a list/],
    [
      'registry-access',
      { rules: [{ host: 'quay.io' }] },
      /^`registry-access\.rules\[0\]\.effect` must be one of/,
    ],
    [
      'registry-access',
      { rules: [{ host: 'https://quay.io', effect: 'allow' }] },
      /^`registry-access\.rules\[0\]\.host` write the host alone/,
    ],
    ['image-access', { exemptOwners: 'yes' }, /^`image-access\.exemptOwners` must be true or false/],
    ['image-access', { categories: ['trusted'] }, /^`image-access\.categories\[0\]` must be one of/],
    ['image-access', { namespaces: ['a/b'] }, /^`image-access\.namespaces\[0\]` must be the first part/],
    [
      'image-access',
      { deny: [{ repository: 'nginx' }] },
      /^`image-access\.deny\[0\]` `nginx` doesn't begin with/,
    ],
    [
      'image-access',
      { allow: [{ repository: 'quay.io/a', until: 1.5 }] },
      /^`image-access\.allow\[0\]\.until` must be whole milliseconds/,
    ],
    [
      'registry-access',
      { rules: Array.from({ length: 10_001 }, () => ({ host: 'a.io', effect: 'allow' })) },
      /10001 entries; at most 10000/,
    ],
  ])('%s %j', (kind, document, says) => {
    const problem = checkPolicyDocument(kind, document)
    expect(problem && describeDocumentProblem(problem)).toMatch(says)
  })
})

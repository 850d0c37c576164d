import { reasonPhrase } from '@wharden/oci'
import { describe, expect, test } from 'vitest'
import {
  ANONYMOUS,
  FACTS,
  member,
  MYREGISTRY,
  NAMES,
  NGINX,
  NOW,
  policyOf,
  registryToken,
  repositoryName,
  repositoryResource,
  session,
  upstreamResource,
} from '../test/company.ts'
import { REPOSITORY_ACTIONS } from './action.ts'
import { decide } from './decide.ts'
import type { Question } from './decision.ts'
import { explain, explainAll } from './explain.ts'
import type { Facts } from './facts.ts'
import type { PolicyDocuments } from './policy-document.ts'

const STRICT: PolicyDocuments = {
  'registry-access': { mode: 'enforce', rules: [{ host: 'docker.io', effect: 'allow' }] },
  'image-access': { mode: 'enforce' },
}
const TOKEN = registryToken({ 'samples/nginx': ['content/read'] })
const COMMUNITY: Partial<Facts> = { image: { category: 'community', alsoKnownAs: [] } }

function answer(question: Question, facts: Partial<Facts> = {}, documents: PolicyDocuments = STRICT) {
  return decide([policyOf(MYREGISTRY, documents)], question, { ...FACTS, ...facts }, NOW)
}

function line(question: Question, facts: Partial<Facts> = {}): string {
  const decision = answer(question, facts)
  return decision.type === 'deny' ? explain(decision.because, question, NAMES) : 'allowed'
}

describe("the line begins with the seeds' own sentence and ends with the decision", () => {
  const dev = session(member('member'))

  test('image access', () => {
    const image = upstreamResource('docker.io/someuser/custom-image:latest')
    expect(line({ principal: dev, action: 'content/read', resource: image }, COMMUNITY)).toMatch(
      /^image access denied: community images not allowed; docker\.io\/someuser\/custom-image:latest .*\(decision 7f3k2m9q\)$/,
    )
  })

  test('registry access', () => {
    const image = upstreamResource('quay.io/some/app:1')
    expect(line({ principal: dev, action: 'content/read', resource: image })).toMatch(
      /^registry access denied: quay\.io is not allowed by organization myregistry; .*\(decision 7f3k2m9q\)$/,
    )
  })

  test('grants: who, what, where, and what it may do instead', () => {
    expect(line({ principal: TOKEN, action: 'content/write', resource: repositoryResource(NGINX) })).toBe(
      'push access denied: token `MyToken` may not write to myregistry/samples/nginx; it may: content/read; ' +
        'ask an owner of myregistry to add content/write on samples/nginx to its scope map (decision 7f3k2m9q)',
    )
  })

  test('who may only write is told that a push reads too', () => {
    const principal = registryToken({ 'samples/nginx': ['content/write'] })
    expect(line({ principal, action: 'content/read', resource: repositoryResource(NGINX) })).toBe(
      'pull access denied: token `MyToken` may not read myregistry/samples/nginx; it may: content/write, but a push ' +
        'needs to read as well; ask an owner of myregistry to add content/read on samples/nginx to its scope map ' +
        '(decision 7f3k2m9q)',
    )
  })

  test('a token whose scope map was deleted is told so, and not what to add to it', () => {
    const question = {
      principal: registryToken({}),
      action: 'content/read',
      resource: repositoryResource(NGINX),
    } as const
    const credential = { type: 'active', expires: undefined, withoutScopeMap: true } as const
    expect(line(question, { credential })).toBe(
      'pull access denied: token `MyToken` may not read myregistry/samples/nginx; its scope map was deleted; ' +
        'ask an owner of myregistry to give it another (decision 7f3k2m9q)',
    )
  })

  test('a registry token is disabled, in the words of Azure; another is deactivated', () => {
    const question = { action: 'content/read', resource: repositoryResource(NGINX) } as const
    const inactive: Partial<Facts> = { credential: { type: 'inactive' } }
    expect(line({ principal: TOKEN, ...question }, inactive)).toBe(
      'access denied: token `MyToken` is disabled; ask an owner to enable it, or sign in with another one (decision 7f3k2m9q)',
    )
    expect(line({ principal: dev, ...question }, inactive)).toContain('is deactivated; ask whoever made it')
  })

  test('whoever pushes through to another registry is not told to ask for it', () => {
    const image = upstreamResource('docker.io/library/nginx:1')
    expect(line({ principal: dev, action: 'content/write', resource: image })).toMatch(
      /^push access denied: .*; push to a repository of your organization: other registries are only pulled from here/,
    )
  })
})

test('a label cannot break the line, the protocol or the terminal', () => {
  const question: Question = {
    principal: TOKEN,
    action: 'content/write',
    resource: repositoryResource(NGINX),
  }
  const decision = answer(question)
  const credential = `a\r\nX-Evil: 1\u{1b}[31m\u{7f}\`名${'x'.repeat(100)}`
  const said = decision.type === 'deny' ? explain(decision.because, question, { ...NAMES, credential }) : ''
  expect(said).toMatch(/^push access denied: token `a\?\?X-Evil: 1\?\[31m\?'\?x+\.\.\.` may not/)
})

test('a line too long for a reason phrase is cut before the decision, never in it', () => {
  const name = repositoryName('a'.repeat(255))
  const asked: Question = {
    principal: TOKEN,
    action: 'content/write',
    resource: { ...repositoryResource(NGINX), name },
  }
  const names = { ...NAMES, organization: () => 'b'.repeat(255), credential: 'c'.repeat(100) }
  const said = explain({ type: 'grant', held: REPOSITORY_ACTIONS }, asked, names)
  expect(said).toMatch(/\.\.\. \(decision 7f3k2m9q\)$/)
  expect(reasonPhrase(said)).toBe(said)
})

describe('the long form', () => {
  const image = upstreamResource('docker.io/evil/app:1')
  const anonymous: Question = { principal: ANONYMOUS, action: 'content/read', resource: image }

  test('tells an owner every reason, in the order of asking, with its rule', () => {
    const told = explainAll(answer(anonymous, COMMUNITY), anonymous, NAMES, 'owner')
    expect(told.reasons.map(({ type, rule, organization }) => [type, rule, organization])).toEqual([
      ['grant', undefined, undefined],
      ['image-access', 'image-access:category:community', MYREGISTRY],
    ])
    expect(told.advice).toBe(
      'sign in with `docker login` and try again; then ask an owner of myregistry for an exception',
    )
    expect(told.message).toMatch(
      /^pull access denied: an anonymous client may not read docker\.io\/evil\/app:1/,
    )
  })

  test('tells a stranger of the grant alone', () => {
    const told = explainAll(answer(anonymous, COMMUNITY), anonymous, NAMES, 'principal')
    expect(told.reasons.map(({ type }) => type)).toEqual(['grant'])
  })

  test('tells whom policy refused everything', () => {
    const question: Question = {
      principal: session(member('member')),
      action: 'content/read',
      resource: image,
    }
    const facts: Partial<Facts> = {
      ...COMMUNITY,
      quota: { type: 'window', limit: 1, remaining: 0, resets: NOW },
    }
    const told = explainAll(answer(question, facts), question, NAMES, 'principal')
    expect(told.reasons.map(({ type }) => type)).toEqual(['image-access', 'quota'])
  })

  test('of an allow says what gave it, and what would have been refused', () => {
    const question: Question = {
      principal: session(member('member')),
      action: 'content/read',
      resource: image,
    }
    const documents: PolicyDocuments = { ...STRICT, 'image-access': { mode: 'report' } }
    const told = explainAll(answer(question, COMMUNITY, documents), question, NAMES, 'principal')
    expect(told.message).toBe(
      'allowed: user `MyToken` may content/read docker.io/evil/app:1 (decision 7f3k2m9q)',
    )
    expect(told.reasons.map(({ text }) => text)).toEqual([
      '`role:member` gives it',
      'rule `registry-access:allow:docker.io` of organization myregistry allows the registry',
    ])
    expect(told.reported.map(({ rule }) => rule)).toEqual(['image-access:category:community'])
  })
})

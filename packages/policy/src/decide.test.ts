import { parseManifestReference, type ManifestReference } from '@wharden/oci'
import { describe, expect, test } from 'vitest'
import {
  ANONYMOUS,
  BETA,
  credential,
  FACTS,
  member,
  MYREGISTRY,
  NGINX,
  NOW,
  policyOf,
  registryHost,
  repositoryResource,
  session,
  upstreamResource,
} from '../test/company.ts'
import type { Action } from './action.ts'
import { allowedActions } from './allowed-actions.ts'
import { organizationGrants } from './credential-grants.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { UNLOCKED, type AgeLimit, type Facts, type Locks } from './facts.ts'
import type { GroupId } from './ids.ts'
import type { PolicyDocuments } from './policy-document.ts'
import type { Principal } from './principal.ts'
import type { Resource } from './resource.ts'
import { ROLE_RIGHTS } from './rights.ts'

const OWNER = session(member('owner'))
const MEMBER = session(member('member'))

function asked(
  principal: Principal,
  action: Action,
  resource: Resource,
  documents: PolicyDocuments = {},
  facts: Partial<Facts> = {},
): string {
  const decision = decide(
    [policyOf(MYREGISTRY, documents), policyOf(BETA)],
    { principal, action, resource },
    { ...FACTS, ...facts },
    NOW,
  )
  return said(decision)
}

function said(decision: Decision): string {
  if (decision.type === 'deny') return [decision.because, ...decision.also].map(({ type }) => type).join(' ')
  return decision.reported.length === 0
    ? 'allow'
    : `allow, reported ${decision.reported.map(({ type }) => type).join(' ')}`
}

const D1 = `sha256:${'1'.repeat(64)}`
const D2 = `sha256:${'2'.repeat(64)}`

function references(...texts: readonly string[]): readonly ManifestReference[] {
  return texts.flatMap((text) => parseManifestReference(text) ?? [])
}

describe('image access', () => {
  const enforce = (parts: object): PolicyDocuments => ({ 'image-access': { mode: 'enforce', ...parts } })
  const pull = (
    documents: PolicyDocuments,
    image: string,
    category: string | undefined,
    known: readonly string[] = [],
    who: Principal = MEMBER,
  ) =>
    asked(who, 'content/read', upstreamResource(image), documents, {
      image: { category: category as 'community' | undefined, alsoKnownAs: references(...known) },
    })

  test.each([
    ['official', 'allow'],
    ['verified-publisher', 'allow'],
    ['organization', 'allow'],
    ['community', 'image-access'],
    [undefined, 'allow'],
  ])('as it begins: category %s → %s', (category, outcome) => {
    expect(pull(enforce({}), 'docker.io/a/b:1', category)).toBe(outcome)
  })

  test('own name spaces are allowed whatever the catalogue says; a rule that denies still denies', () => {
    const own = { namespaces: ['acme'], categories: [] }
    expect(pull(enforce(own), 'docker.io/acme/app:1', 'community')).toBe('allow')
    expect(pull(enforce(own), 'docker.io/acme2/app:1', 'community')).toBe('image-access')
    expect(pull(enforce(own), 'quay.io/acme/app:1', undefined)).toBe('allow')
    expect(
      pull(
        enforce({ ...own, deny: [{ repository: 'docker.io/acme/*' }] }),
        'docker.io/acme/app:1',
        'community',
      ),
    ).toBe('image-access')
  })

  test('owners are exempt, unless the organization says otherwise', () => {
    const deny = { deny: [{ repository: 'docker.io/*' }] }
    expect(pull(enforce(deny), 'docker.io/a/b:1', 'community', [], OWNER)).toBe('allow')
    expect(pull(enforce({ ...deny, exemptOwners: false }), 'docker.io/a/b:1', 'community', [], OWNER)).toBe(
      'image-access',
    )
  })

  test.each([
    ['docker.io/a/b:1.2', [], 'allow'],
    ['docker.io/a/b:2', [], 'image-access'],
    [`docker.io/a/b@${D1}`, [], 'image-access'],
    // containerd resolves a tag, then pulls by digest
    [`docker.io/a/b@${D1}`, ['1.2'], 'allow'],
    ['docker.io/a/b', [], 'image-access'],
  ])('an exception for the tags 1.*: %s also known as %j → %s', (image, known, outcome) => {
    const allow = [{ repository: 'docker.io/a/b', tag: '1.*' }]
    expect(pull(enforce({ allow }), image, 'community', known)).toBe(outcome)
  })

  test.each([
    [`docker.io/a/b@${D1}`, [], 'image-access'],
    [`docker.io/a/b@${D2}`, [], 'allow'],
    ['docker.io/a/b:1', [D1], 'image-access'],
    ['docker.io/a/b:1', [D2], 'allow'],
    // until the tag is resolved nobody can tell
    ['docker.io/a/b:1', [], 'missing-fact'],
    ['docker.io/a/b', [], 'allow'],
    // an index that lists it
    [`docker.io/a/b@${D2}`, [D1], 'image-access'],
  ])('a denied digest: %s also known as %j → %s', (image, known, outcome) => {
    const deny = [{ repository: 'docker.io/a/b', digest: D1 }]
    expect(pull(enforce({ deny }), image, 'official', known)).toBe(outcome)
  })

  test('a rule may be for some groups only', () => {
    const documents = enforce({ allow: [{ repository: 'docker.io/a/*', groups: ['g-dev'] }] })
    const inGroups = (...groups: readonly string[]) =>
      credential(organizationGrants(ROLE_RIGHTS.member, MYREGISTRY, 'role:member'), {
        memberships: [{ organization: MYREGISTRY, role: 'member', groups: groups as readonly GroupId[] }],
      })
    expect(pull(documents, 'docker.io/a/b:1', 'community', [], inGroups('g-dev'))).toBe('allow')
    expect(pull(documents, 'docker.io/a/b:1', 'community', [], inGroups('g-ops'))).toBe('image-access')
  })

  test('an exception ends at its time', () => {
    const until = (time: number) => enforce({ allow: [{ repository: 'docker.io/a/b', until: time }] })
    expect(pull(until(NOW + 1), 'docker.io/a/b:1', 'community')).toBe('allow')
    expect(pull(until(NOW), 'docker.io/a/b:1', 'community')).toBe('image-access')
  })

  test.each([
    ['quay.io/acme/app:1', 'allow'],
    ['quay.io/acme/vendor/app:1', 'image-access'],
    ['quay.io/other/app:1', 'allow'],
  ])(
    'other registries have the categories that rules give, the narrowest counts: %s → %s',
    (image, outcome) => {
      const categoryRules = [
        { repository: 'quay.io/acme/*', category: 'organization' },
        { repository: 'quay.io/acme/vendor/*', category: 'community' },
      ]
      expect(pull(enforce({ categoryRules }), image, undefined)).toBe(outcome)
    },
  )

  test('applies to reading alone, and to images of others', () => {
    const none = enforce({ categories: [] })
    expect(asked(MEMBER, 'metadata/read', upstreamResource('docker.io/a/b'), none)).toBe('image-access')
    expect(asked(OWNER, 'content/read', repositoryResource(NGINX), none)).toBe('allow')
  })

  test('in report mode it only tells', () => {
    expect(pull({ 'image-access': { mode: 'report' } }, 'docker.io/a/b:1', 'community')).toBe(
      'allow, reported image-access',
    )
    expect(pull({ 'image-access': { mode: 'off' } }, 'docker.io/a/b:1', 'community')).toBe('allow')
  })
})

describe('registry access', () => {
  const rules = [
    { host: 'docker.io', effect: 'allow' },
    { host: 'quay.io', effect: 'allow', operations: ['pull'] },
    { host: '**.example.com', effect: 'allow' },
    { host: 'old.example.com', effect: 'deny' },
    { host: 'here.example:5000', effect: 'allow' },
  ]
  const documents = { 'registry-access': { mode: 'enforce', rules } }
  const everywhere = credential(
    [
      {
        pattern: {
          type: 'upstream',
          organization: MYREGISTRY,
          host: '*',
          path: { type: 'under', prefix: '' },
        },
        actions: ['content/read', 'content/write'],
        rule: 'all',
      },
    ],
    { organization: MYREGISTRY },
  )

  test.each([
    ['docker.io/a/b', 'content/read', 'allow'],
    ['registry-1.docker.io/a/b', 'content/write', 'allow'],
    ['quay.io/a/b', 'content/read', 'allow'],
    ['quay.io/a/b', 'content/write', 'registry-access'],
    ['deep.sub.example.com/a', 'content/read', 'allow'],
    ['old.example.com/a', 'content/read', 'registry-access'],
    ['example.com/a', 'content/read', 'registry-access'],
    ['here.example:5000/a', 'content/read', 'allow'],
    ['here.example/a', 'content/read', 'registry-access'],
    ['ghcr.io/a', 'content/read', 'registry-access'],
  ] as const)('%s %s → %s', (image, action, outcome) => {
    expect(asked(everywhere, action, upstreamResource(image), documents)).toBe(outcome)
  })

  test.each([
    ['docker.io', 'host/connect', 'allow'],
    ['index.docker.io', 'host/resolve', 'allow'],
    ['quay.io', 'host/connect', 'allow'],
    ['quay.io:8443', 'host/connect', 'allow'],
    ['here.example:5000', 'host/connect', 'allow'],
    ['here.example', 'host/connect', 'registry-access'],
    ['here.example', 'host/resolve', 'allow'],
    ['old.example.com', 'host/resolve', 'registry-access'],
    ['ghcr.io', 'host/resolve', 'registry-access'],
    ['ghcr.io', 'content/read', 'grant registry-access'],
  ] as const)('host %s, %s → %s', (host, action, outcome) => {
    expect(
      asked(MEMBER, action, { type: 'host', host: registryHost(host) }, documents, {
        quota: { type: 'unlimited' },
      }),
    ).toBe(outcome)
  })

  test('our own repositories are not in question, and Docker Hub is once no rule allows it', () => {
    const none = { 'registry-access': { mode: 'enforce', rules: [] } }
    expect(asked(OWNER, 'content/read', repositoryResource(NGINX), none)).toBe('allow')
    expect(asked(MEMBER, 'content/read', upstreamResource('docker.io/library/nginx'), none)).toBe(
      'registry-access',
    )
  })
})

describe('sign-in', () => {
  const required = { 'sign-in': { mode: 'enforce' } }
  const isPublic: Partial<Facts> = { repository: { type: 'present', visibility: 'public', locks: UNLOCKED } }
  const stranger = session({})

  test.each([
    ['anonymous, off', ANONYMOUS, {}, 'allow'],
    ['anonymous, required', ANONYMOUS, required, 'sign-in'],
    ['a stranger, required', stranger, required, 'allow'],
  ])('a public repository: %s', (_, who, documents, outcome) => {
    expect(asked(who, 'content/read', repositoryResource(NGINX), documents, isPublic)).toBe(outcome)
  })

  test('to reach a registry one must belong to the organization', () => {
    const host: Resource = { type: 'host', host: registryHost('docker.io') }
    expect(asked(ANONYMOUS, 'host/connect', host)).toBe('allow')
    expect(asked(ANONYMOUS, 'host/connect', host, required)).toBe('sign-in')
    expect(asked(stranger, 'host/connect', host, required)).toBe('sign-in')
    expect(asked(MEMBER, 'host/connect', host, required)).toBe('allow')
    expect(asked(credential([], { organization: MYREGISTRY }), 'host/connect', host, required)).toBe('allow')
  })
})

describe('locks', () => {
  const off = (...names: readonly (keyof Locks)[]): Locks => ({
    ...UNLOCKED,
    ...Object.fromEntries(names.map((name) => [name, false])),
  })
  const ask = (
    action: Action,
    reference: string | undefined,
    locks: { of?: Locks; tag?: Locks; manifest?: Locks },
  ) =>
    asked(
      OWNER,
      action,
      repositoryResource(NGINX, reference),
      {},
      {
        repository: {
          type: 'present',
          visibility: 'private',
          locks: locks.of ?? UNLOCKED,
          tagLocks: locks.tag,
          manifestLocks: locks.manifest,
        },
      },
    )

  test.each([
    ['content/read', 'v1', { of: off('readEnabled') }, 'lock'],
    ['content/read', 'v1', { tag: off('readEnabled') }, 'lock'],
    ['content/read', 'v1', { manifest: off('readEnabled') }, 'lock'],
    ['content/read', 'v1', { of: off('writeEnabled', 'deleteEnabled', 'listEnabled') }, 'allow'],
    ['content/write', 'v1', { of: off('writeEnabled') }, 'lock'],
    ['content/write', 'v1', { tag: off('writeEnabled') }, 'lock'],
    ['content/write', 'v1', { of: off('deleteEnabled', 'readEnabled') }, 'allow'],
    ['content/delete', undefined, { of: off('deleteEnabled') }, 'lock'],
    ['content/delete', undefined, { of: off('writeEnabled') }, 'lock'],
    // a repository that can't be deleted still lets go of its images
    ['content/delete', 'v1', { of: off('deleteEnabled') }, 'allow'],
    ['content/delete', 'v1', { of: off('writeEnabled') }, 'lock'],
    ['content/delete', 'v1', { tag: off('deleteEnabled') }, 'lock'],
    ['content/delete', 'v1', { tag: off('writeEnabled') }, 'lock'],
    ['content/delete', D1, { manifest: off('deleteEnabled') }, 'lock'],
    ['metadata/write', 'v1', { of: off('writeEnabled'), tag: off('writeEnabled') }, 'allow'],
    ['metadata/read', 'v1', { of: off('readEnabled') }, 'allow'],
    ['content/delete', D1, { manifest: off('deleteEnabled', 'writeEnabled') }, 'lock lock'],
  ] as const)('%s of %s under %j → %s', (action, reference, locks, outcome) => {
    expect(ask(action, reference, locks)).toBe(outcome)
  })

  test('what does not exist is not locked: the first push makes it', () => {
    expect(
      asked(OWNER, 'content/write', repositoryResource(NGINX, 'v1'), {}, { repository: { type: 'absent' } }),
    ).toBe('allow')
  })
})

describe('credential, address, quota', () => {
  const pull = (facts: Partial<Facts>, who: Principal = OWNER) =>
    asked(who, 'content/read', repositoryResource(NGINX), {}, facts)

  const aged = (limit: Omit<AgeLimit, 'days'>) =>
    ({ type: 'active', expires: undefined, ageLimits: [{ ...limit, days: 90 }] }) as const

  test.each<[string, Partial<Facts>, string]>([
    ['expires later', { credential: { type: 'active', expires: NOW + 1 } }, 'allow'],
    ['expires now', { credential: { type: 'active', expires: NOW } }, 'credential'],
    ['is deactivated', { credential: { type: 'inactive' } }, 'credential'],
    ['is gone', { credential: { type: 'unknown' } }, 'credential'],
    [
      'is barred here',
      { credential: { type: 'active', expires: undefined, barred: [MYREGISTRY] } },
      'credential',
    ],
    ['is barred elsewhere', { credential: { type: 'active', expires: undefined, barred: [BETA] } }, 'allow'],
    [
      'is as old as may be here',
      { credential: aged({ organization: MYREGISTRY, until: NOW }) },
      'credential',
    ],
    ['is not yet too old here', { credential: aged({ organization: MYREGISTRY, until: NOW + 1 }) }, 'allow'],
    ['is too old elsewhere', { credential: aged({ organization: BETA, until: NOW }) }, 'allow'],
    ['comes from an allowed address', { address: { type: 'inside' } }, 'allow'],
    ['comes from another', { address: { type: 'outside', client: '192.0.2.7' } }, 'address'],
    ['has pulls left', { quota: { type: 'window', limit: 9, remaining: 1, resets: NOW } }, 'allow'],
    ['has none left', { quota: { type: 'window', limit: 9, remaining: 0, resets: NOW } }, 'quota'],
  ])('it %s', (_, facts, outcome) => {
    expect(pull(facts)).toBe(outcome)
  })

  test('a push costs no pull', () => {
    const quota = { type: 'window', limit: 9, remaining: 0, resets: NOW } as const
    expect(asked(OWNER, 'content/write', repositoryResource(NGINX), {}, { quota })).toBe('allow')
  })
})

test('the order of asking: the first denial answers, the others follow', () => {
  const documents = {
    'sign-in': { mode: 'enforce' },
    'registry-access': { mode: 'enforce', rules: [] },
    'image-access': { mode: 'enforce', categories: [] },
  }
  const facts: Partial<Facts> = {
    address: { type: 'outside', client: '192.0.2.7' },
    quota: { type: 'window', limit: 9, remaining: 0, resets: NOW },
  }
  const image = upstreamResource('docker.io/library/nginx:1')
  expect(asked(ANONYMOUS, 'content/read', image, documents, facts)).toBe(
    'address grant sign-in registry-access image-access quota',
  )
  expect(
    asked(credential([]), 'content/read', image, documents, { ...facts, credential: { type: 'inactive' } }),
  ).toBe('credential address grant registry-access image-access quota')
})

test("a credential of one organization pulls nothing through another's gateway", () => {
  const image = upstreamResource('docker.io/library/nginx:1')
  expect(asked(MEMBER, 'content/read', image, {}, { governing: [BETA] })).toBe('grant')
  expect(asked(MEMBER, 'content/read', image, {}, { governing: [MYREGISTRY, BETA] })).toBe('grant')
})

test('what a guarded registry may be told is what decide allows', () => {
  const about = { principal: OWNER, resource: repositoryResource(NGINX) }
  const facts: Facts = {
    ...FACTS,
    repository: { type: 'present', visibility: 'private', locks: { ...UNLOCKED, writeEnabled: false } },
  }
  expect(allowedActions([policyOf(MYREGISTRY)], about, facts, NOW)).toEqual([
    'content/read',
    'metadata/read',
    'metadata/write',
  ])
})

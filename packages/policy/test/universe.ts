/** A small world in which names nest, collide and miss each other, for the laws: everything in it is drawn at random. */
import { parseDigest, parseTag } from '@wharden/oci'
import fc from 'fast-check'
import {
  GROUP_PERMISSIONS,
  HOST_ACTIONS,
  IMAGE_CATEGORIES,
  INSTALLATION_ACTIONS,
  ORGANIZATION_ACTIONS,
  REPOSITORY_ACTIONS,
  ROLES,
  type Action,
  type Decision,
  type Facts,
  type Grant,
  type GrantPattern,
  type GroupGrant,
  type GroupId,
  type Located,
  type Locks,
  type Person,
  type Policy,
  type Question,
  type RepositoryId,
  type Resource,
} from '../src/index.ts'
import {
  ANONYMOUS,
  BETA,
  credential,
  MYREGISTRY,
  NOW,
  policyOf,
  registryHost,
  repositoryName,
} from './company.ts'

export const ORGANIZATIONS = [MYREGISTRY, BETA] as const
/** How often each law is tried; more by `WHARDEN_LAW_RUNS=20000`. */
export const RUNS = { numRuns: Number(process.env['WHARDEN_LAW_RUNS'] ?? 400) }

export const permitted = ({ type }: Decision): boolean => type === 'allow'

const NAMES = ['a', 'a/b', 'a/b/c', 'a/bb', 'ab', 'ab/c', 'library/a', 'evil/a'].map(repositoryName)
const PREFIXES = ['', 'a/', 'a/b/', 'ab/', 'library/']
const HOSTS = [
  'docker.io',
  'docker.io',
  'docker.io',
  'quay.io',
  'quay.io:5000',
  'sub.quay.io',
  'deep.sub.quay.io',
].map(registryHost)
const GROUPS = ['g-1', 'g-2'] as readonly string[] as readonly GroupId[]
const TAGS = ['1', '1.2', 'latest'].flatMap((text) => parseTag(text) ?? [])
const DIGESTS = ['0', '1'].flatMap((digit) => parseDigest(`sha256:${digit.repeat(64)}`) ?? [])

const organization = fc.constantFrom(...ORGANIZATIONS)
const host = fc.constantFrom(...HOSTS)
const name = fc.constantFrom(...NAMES)

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('content/read') },
  { weight: 4, arbitrary: fc.constantFrom(...REPOSITORY_ACTIONS) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...ORGANIZATION_ACTIONS, ...INSTALLATION_ACTIONS, ...HOST_ACTIONS),
  },
)

const reference = fc.option(
  fc.oneof(
    fc.constantFrom(...TAGS).map((tag) => ({ type: 'tag' as const, tag })),
    fc.constantFrom(...DIGESTS).map((digest) => ({ type: 'digest' as const, digest })),
  ),
  { nil: undefined },
)

const repositoryId = fc
  .record({ organization, name })
  .map(({ organization: of, name: called }) => `${of}/${called}` as RepositoryId)

export const upstream = fc.record({ type: fc.constant('upstream' as const), host, name, reference })
const repository = fc
  .record({ type: fc.constant('repository' as const), organization, name, reference, known: fc.boolean() })
  .map(({ known, ...rest }) => ({
    ...rest,
    repository: known ? (`${rest.organization}/${rest.name}` as RepositoryId) : undefined,
  }))

export const resource: fc.Arbitrary<Resource> = fc.oneof(
  { weight: 4, arbitrary: repository },
  { weight: 4, arbitrary: upstream },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('host' as const), host }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('organization' as const), organization }) },
  { weight: 1, arbitrary: fc.constant({ type: 'installation' as const }) },
)

const path = fc.oneof(
  name.map((exact) => ({ type: 'exact' as const, name: exact })),
  fc.constantFrom(...PREFIXES).map((prefix) => ({ type: 'under' as const, prefix })),
)

export const grantPattern: fc.Arbitrary<GrantPattern> = fc.oneof(
  fc.record({ type: fc.constant('repository' as const), repository: repositoryId }),
  fc.record({ type: fc.constant('under' as const), organization, prefix: fc.constantFrom(...PREFIXES) }),
  fc.constant({ type: 'public' as const }),
  fc.record({
    type: fc.constant('upstream' as const),
    organization,
    host: fc.oneof(host, fc.constant('*' as const)),
    path,
  }),
  fc.record({ type: fc.constant('organization' as const), organization }),
  fc.constant({ type: 'installation' as const }),
)

export const grant: fc.Arbitrary<Grant> = fc.record({
  pattern: grantPattern,
  actions: fc.uniqueArray(action, { maxLength: 4 }),
  rule: fc.constantFrom('rule-1', 'rule-2', 'rule-3'),
})

/** Else hardly anything would come as far as policies. */
const EVERYTHING: readonly Grant[] = ORGANIZATIONS.flatMap((of) => [
  { pattern: { type: 'under', organization: of, prefix: '' }, actions: REPOSITORY_ACTIONS, rule: 'all' },
  {
    pattern: { type: 'upstream', organization: of, host: '*', path: { type: 'under', prefix: '' } },
    actions: REPOSITORY_ACTIONS,
    rule: 'all',
  },
])

export const grants = fc
  .record({ some: fc.array(grant, { maxLength: 8 }), all: fc.boolean() })
  .map(({ some, all }) => (all ? [...some, ...EVERYTHING] : some))

const memberships = fc.uniqueArray(
  fc.record({
    organization,
    role: fc.constantFrom(...ROLES),
    groups: fc.uniqueArray(fc.constantFrom(...GROUPS)),
  }),
  { selector: ({ organization: of }) => of, maxLength: 2 },
)

export const groupGrant: fc.Arbitrary<GroupGrant> = fc.record({
  group: fc.constantFrom(...GROUPS),
  pattern: fc.oneof(
    fc.record({ type: fc.constant('repository' as const), repository: repositoryId }),
    fc.record({ type: fc.constant('under' as const), organization, prefix: fc.constantFrom(...PREFIXES) }),
  ),
  permission: fc.constantFrom(...GROUP_PERMISSIONS),
})

export const person: fc.Arbitrary<Person> = fc.record({
  memberships,
  groups: fc.array(groupGrant, { maxLength: 3 }),
  companyOwnerOf: fc.uniqueArray(organization, { maxLength: 2 }),
  installationAdministrator: fc.boolean(),
})

/** A credential without its grants. */
export const parts = fc.record({
  kind: fc.constantFrom('session', 'pat', 'oat', 'registry-token', 'service-principal'),
  organization: fc.option(organization, { nil: undefined }),
  memberships,
})

export const principal = fc.oneof(
  { weight: 1, arbitrary: fc.constant(ANONYMOUS) },
  { weight: 7, arbitrary: fc.record({ grants, parts }).map((of) => credential(of.grants, of.parts)) },
)

export const question: fc.Arbitrary<Question> = fc.record({ principal, action, resource })

const locks: fc.Arbitrary<Locks> = fc.record({
  deleteEnabled: fc.boolean(),
  writeEnabled: fc.boolean(),
  readEnabled: fc.boolean(),
  listEnabled: fc.boolean(),
})

/** Mostly in order, or everything would be denied for want of a credential. */
const mostly = <Value>(usual: Value, others: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others })

const aliases = fc.array(
  fc.oneof(
    fc.constantFrom(...TAGS).map((tag) => ({ type: 'tag' as const, tag })),
    fc.constantFrom(...DIGESTS).map((digest) => ({ type: 'digest' as const, digest })),
  ),
  { maxLength: 2 },
)

export const facts: fc.Arbitrary<Facts> = fc.record({
  governing: fc.uniqueArray(organization, { minLength: 0, maxLength: 2 }),
  credential: mostly<Facts['credential']>(
    { type: 'active', expires: undefined },
    fc.constantFrom(
      { type: 'active' as const, expires: NOW },
      { type: 'active' as const, expires: NOW + 1 },
      { type: 'active' as const, expires: undefined, barred: [BETA] },
      {
        type: 'active' as const,
        expires: undefined,
        ageLimits: [{ organization: BETA, until: NOW, days: 90 }],
      },
      { type: 'inactive' as const },
      { type: 'unknown' as const },
      undefined,
    ),
  ),
  address: mostly<Facts['address']>(
    { type: 'unrestricted' },
    fc.constantFrom(
      { type: 'inside' as const },
      { type: 'outside' as const, client: '192.0.2.7' },
      undefined,
    ),
  ),
  repository: fc.option(
    fc.oneof(
      fc.constant({ type: 'absent' as const }),
      fc.record({
        type: fc.constant('present' as const),
        visibility: fc.constantFrom('public' as const, 'private' as const),
        locks,
        tagLocks: fc.option(locks, { nil: undefined }),
        manifestLocks: fc.option(locks, { nil: undefined }),
      }),
    ),
    { nil: undefined, freq: 12 },
  ),
  image: fc.option(
    fc.record({
      category: fc.option(fc.constantFrom(...IMAGE_CATEGORIES), { nil: undefined }),
      alsoKnownAs: aliases,
    }),
    { nil: undefined, freq: 12 },
  ),
  quota: mostly<Facts['quota']>(
    { type: 'unlimited' },
    fc.constantFrom({ type: 'window' as const, limit: 9, remaining: 0, resets: NOW }, undefined),
  ),
})

const until = fc.option(fc.constantFrom(NOW, NOW + 1), { nil: undefined, freq: 3 })
const hostPattern = fc.constantFrom(
  'docker.io',
  'registry-1.docker.io',
  '*.docker.io',
  'quay.io',
  '*.quay.io',
  '**.quay.io',
  'quay.io:5000',
  '**',
)

export const registryRule = (effect: fc.Arbitrary<'allow' | 'deny'>) =>
  fc.record({
    host: hostPattern,
    effect,
    operations: fc.uniqueArray(fc.constantFrom('pull', 'push'), { minLength: 1 }),
    until,
  })

const imageRepository = fc.constantFrom(
  'docker.io/*',
  'docker.io/*',
  'docker.io/evil/*',
  'docker.io/library/a',
  'docker.io/a/b',
  'quay.io/a/*',
)
export const imageRule = fc
  .record({
    repository: imageRepository,
    what: fc.oneof(
      fc.constant({}),
      fc.constantFrom('1', '1*').map((tag) => ({ tag })),
      fc.constantFrom(...DIGESTS).map((digest) => ({ digest })),
    ),
    groups: fc.option(fc.uniqueArray(fc.constantFrom(...GROUPS)), { nil: undefined, freq: 1 }),
    until,
  })
  .map(({ what, ...rest }) => ({ ...rest, ...what }))

const anyEffect = fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const)
const EVERY_HOST = {
  host: '**',
  effect: 'allow' as const,
  operations: ['pull' as const, 'push' as const],
  until: undefined,
}
const registryRules = fc
  .record({ some: fc.array(registryRule(anyEffect), { maxLength: 4 }), all: fc.boolean() })
  .map(({ some, all }) => (all ? [...some, EVERY_HOST] : some))

const mode = fc.constantFrom('off', 'report', 'enforce', 'enforce', 'enforce')

export const documents = fc.record({
  'sign-in': fc.record({ mode }),
  'registry-access': fc.record({ mode, rules: registryRules }),
  'image-access': fc.record({
    mode,
    categories: fc.uniqueArray(fc.constantFrom(...IMAGE_CATEGORIES)),
    exemptOwners: fc.boolean(),
    namespaces: fc.uniqueArray(fc.constantFrom('evil', 'a')),
    categoryRules: fc.array(
      fc.record({ repository: imageRepository, category: fc.constantFrom(...IMAGE_CATEGORIES) }),
      { maxLength: 3 },
    ),
    allow: fc.array(imageRule, { maxLength: 3 }),
    deny: fc.array(imageRule, { maxLength: 2 }),
  }),
})

export const policies: fc.Arbitrary<readonly Policy[]> = fc
  .tuple(...ORGANIZATIONS.map((of) => documents.map((written) => policyOf(of, written))))
  .map((all) => all)

export type Repository = {
  readonly resource: Extract<Resource, { type: 'repository' }> & { readonly repository: RepositoryId }
  readonly visibility: 'public' | 'private'
}

/** Every repository there is: all names in both organizations, some of them public. */
export function everyRepository(): readonly Repository[] {
  return ORGANIZATIONS.flatMap((of) =>
    NAMES.map((called) => ({
      resource: {
        type: 'repository',
        organization: of,
        repository: `${of}/${called}` as RepositoryId,
        name: called,
      },
      visibility: called.endsWith('b') ? 'public' : 'private',
    })),
  )
}

export const LOCATED: Located = new Map(
  everyRepository().map(({ resource: { repository: id, ...place } }) => [id, place]),
)

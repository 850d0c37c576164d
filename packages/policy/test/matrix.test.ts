import { expect, test } from 'vitest'
import {
  decide,
  defaultPolicy,
  explain,
  INSTALLATION_ACTIONS,
  ORGANIZATION_ACTIONS,
  REPOSITORY_ACTIONS,
  categorize,
  type Action,
  type Decision,
  type Denial,
  type Facts,
  type Policy,
  type Principal,
  type Reason,
  type Resource,
} from '../src/index.ts'
import {
  ANONYMOUS,
  BETA,
  BETA_OPEN,
  FACTS,
  HELLO_WORLD,
  inGroup,
  member,
  MYREGISTRY,
  NAMES,
  NGINX,
  NOW,
  oat,
  pat,
  patternOf,
  policyOf,
  presentFact,
  registryHost,
  registryToken,
  repositoryName,
  repositoryResource,
  servicePrincipal,
  session,
  systemMap,
  TOOLS,
  upstreamResource,
} from './company.ts'

const POLICIES: readonly Policy[] = [
  policyOf(MYREGISTRY, {
    'registry-access': {
      mode: 'enforce',
      rules: [
        { host: 'docker.io', effect: 'allow' },
        { host: 'quay.io', effect: 'allow', operations: ['pull'] },
      ],
    },
    'image-access': { mode: 'enforce', allow: [{ repository: 'docker.io/approved/app', tag: '1.*' }] },
  }),
  defaultPolicy(BETA),
]

const PRINCIPALS: readonly (readonly [string, Principal])[] = [
  ['anonymous', ANONYMOUS],
  ['user, member of nothing', session({})],
  ['owner', session(member('owner'))],
  ['editor', session(member('editor'))],
  ['member', session(member('member'))],
  ['member, group reads nginx', session(inGroup('read'))],
  ['member, group writes nginx', session(inGroup('write'))],
  ['member, group administers nginx', session(inGroup('admin'))],
  ['member, group writes samples/*', session(inGroup('write', 'samples/*'))],
  ['member, group writes all', session(inGroup('write', '*'))],
  ['auditor', session(member('auditor'))],
  ['company owner', session({ companyOwnerOf: [MYREGISTRY] })],
  ['installation administrator', session({ installationAdministrator: true })],
  ['owner, PAT repo:admin', pat(member('owner'), ['repo:admin'])],
  ['owner, PAT repo:write', pat(member('owner'), ['repo:write'])],
  ['owner, PAT repo:read', pat(member('owner'), ['repo:read'])],
  ['owner, PAT repo:public_read', pat(member('owner'), ['repo:public_read'])],
  [
    'owner, PAT to read nginx only',
    pat(
      member('owner'),
      [],
      [
        {
          pattern: patternOf('samples/nginx'),
          actions: ['content/read', 'metadata/read'],
          rule: 'repo:read',
        },
      ],
    ),
  ],
  ['member, PAT repo:admin', pat(member('member'), ['repo:admin'])],
  ['group writes samples/*, PAT repo:read', pat(inGroup('write', 'samples/*'), ['repo:read'])],
  [
    'company owner, PAT repo:admin',
    pat({ ...member('member'), memberships: [], companyOwnerOf: [MYREGISTRY] }, ['repo:admin']),
  ],
  ['OAT, pull nginx', oat({ 'samples/nginx': ['scope-image-pull'] })],
  ['OAT, push all', oat({ '*': ['scope-image-push'] })],
  [
    'OAT, push all, pull public and Hub',
    oat({ '*': ['scope-image-push'], public: ['scope-image-pull'], 'docker.io/*': ['scope-image-pull'] }),
  ],
  ['OAT, edit members', oat({ organization: ['scope-member-edit'] })],
  [
    'token of the seed',
    registryToken({
      'samples/hello-world': ['content/write', 'content/read'],
      'samples/nginx': ['content/read'],
    }),
  ],
  ['token, samples/*, write alone', registryToken({ 'samples/*': ['content/write'] })],
  ['token, metadata/read of all', registryToken({ '*': ['metadata/read'] })],
  ['token, docker.io/library/*', registryToken({ 'docker.io/library/*': ['content/read'] })],
  ['token, _repositories_admin', systemMap('_repositories_admin')],
  ['token, _repositories_pull', systemMap('_repositories_pull')],
  ['token, _repositories_push', systemMap('_repositories_push')],
  ['service principal, contributor', servicePrincipal('contributor')],
  ['service principal, reader', servicePrincipal('reader')],
]

type Row = { readonly title: string; readonly resource: Resource; readonly facts: Partial<Facts> }

const upstream = (text: string): Row => {
  const resource = upstreamResource(text)
  return {
    title: text,
    resource,
    facts: { image: categorize(resource, { official: 'all', publishers: new Set(['bitnami']) }) },
  }
}

const RESOURCES: readonly Row[] = [
  {
    title: 'myregistry/samples/hello-world, private',
    resource: repositoryResource(HELLO_WORLD),
    facts: { repository: presentFact(HELLO_WORLD) },
  },
  {
    title: 'myregistry/samples/nginx, private',
    resource: repositoryResource(NGINX),
    facts: { repository: presentFact(NGINX) },
  },
  {
    title: 'myregistry/tools, public',
    resource: repositoryResource(TOOLS),
    facts: { repository: presentFact(TOOLS) },
  },
  {
    title: 'myregistry/samples/new, which nobody has pushed or granted yet',
    resource: {
      type: 'repository',
      organization: MYREGISTRY,
      repository: undefined,
      name: repositoryName('samples/new'),
    },
    facts: { repository: { type: 'absent' } },
  },
  {
    title: 'beta/open, public, another organization',
    resource: repositoryResource(BETA_OPEN),
    facts: { governing: [BETA], repository: presentFact(BETA_OPEN) },
  },
  upstream('docker.io/library/nginx:1.29'),
  upstream('docker.io/bitnami/redis:8'),
  upstream('docker.io/evil/app:latest'),
  upstream('docker.io/approved/app:1.2'),
  upstream('quay.io/prometheus/node-exporter:v1'),
  upstream('ghcr.io/some/app:1'),
]

function reason(decision: Decision): string {
  return decision.type === 'allow' ? decision.by.map(allowed).join(', ') : refused(decision.because)
}

function allowed(by: Reason): string {
  if (by.type === 'grant') return by.rule
  if (by.type === 'image-category') return by.category
  return 'rule' in by ? by.rule : by.type
}

function refused(denial: Denial): string {
  if (denial.type === 'image-access') return `${denial.type} (${denial.rule})`
  if (denial.type === 'registry-access') return `${denial.type} (${denial.rule ?? 'no rule'})`
  return denial.type
}

const UNGRANTED = 'not  (grant)'

function rank(answer: string): number {
  return answer === UNGRANTED ? 2 : answer.startsWith('not') ? 1 : 0
}

/** What each may do first, a line for each reason; then what it may not. */
function answers(resource: Resource, actions: readonly Action[], facts: Facts): readonly string[] {
  return PRINCIPALS.flatMap(([name, principal]) => {
    const said = actions.map((action) => {
      const decision = decide(POLICIES, { principal, action, resource }, facts, NOW)
      return { action, answer: `${decision.type === 'allow' ? 'may' : 'not'}  (${reason(decision)})` }
    })
    const groups = [...Map.groupBy(said, ({ answer }) => answer)].sort(
      ([one], [other]) => rank(one) - rank(other),
    )
    return groups.map(([answer, of], place) => {
      const rest = place > 0 && answer === UNGRANTED
      const what =
        groups.length === 1 ? 'everything' : rest ? 'the rest' : of.map(({ action }) => action).join(' ')
      return `  ${(place === 0 ? name : '').padEnd(38)}${answer.slice(0, 5)}${what}  ${answer.slice(5)}`
    })
  })
}

test('who may do what in the sample company is as it was reviewed: docs/policy/matrix.txt', async () => {
  const text = [
    'Who may do what in a sample company, and why. Made by packages/policy/test/matrix.test.ts; review its diff.',
    '',
    'Organization `myregistry` allows registries docker.io (pull, push) and quay.io (pull); of Docker Hub official images,',
    'verified publishers (here: bitnami) and approved/app:1.*. Organization `beta` has no policy. Upstream images are asked',
    "for through myregistry's gateway. Every fact is in order: credentials live, nothing is locked, quota is left.",
    '',
    ...RESOURCES.flatMap(({ title, resource, facts }) => [
      title,
      '',
      ...answers(resource, REPOSITORY_ACTIONS, { ...FACTS, ...facts }),
      '',
    ]),
    'organization myregistry',
    '',
    ...answers({ type: 'organization', organization: MYREGISTRY }, ORGANIZATION_ACTIONS, FACTS),
    '',
    'the installation',
    '',
    ...answers({ type: 'installation' }, INSTALLATION_ACTIONS, { ...FACTS, governing: [] }),
    '',
    'What is said',
    '',
    ...SAID.flatMap(([title, denial]) => [`  ${title}`, `    ${denial}`]),
    '',
  ]
  await expect(text.map((line) => line.trimEnd()).join('\n')).toMatchFileSnapshot(
    '../../../docs/policy/matrix.txt',
  )
})

const seed = registryToken({
  'samples/hello-world': ['content/write', 'content/read'],
  'samples/nginx': ['content/read'],
})
const dev = session(member('member'))

function said(
  principal: Principal,
  action: Action,
  resource: Resource,
  facts: Partial<Facts> = {},
  documents?: object,
): string {
  const policies = documents === undefined ? POLICIES : [policyOf(MYREGISTRY, documents), defaultPolicy(BETA)]
  const decision = decide(policies, { principal, action, resource }, { ...FACTS, ...facts }, NOW)
  if (decision.type === 'allow') return 'allowed'
  const credential =
    principal.type === 'credential' && principal.kind === 'session' ? 'ann' : NAMES.credential
  return explain(decision.because, { principal, action, resource }, { ...NAMES, credential })
}

const evil = upstreamResource('docker.io/evil/app:latest')
const locks = { deleteEnabled: true, writeEnabled: false, readEnabled: true, listEnabled: true }
const SAID: readonly (readonly [string, string])[] = [
  [
    'the token of the seed pushes to samples/nginx',
    said(seed, 'content/write', repositoryResource(NGINX, 'v1')),
  ],
  ['it pulls another repository', said(seed, 'content/read', repositoryResource(TOOLS))],
  ['it lists tags', said(seed, 'metadata/read', repositoryResource(NGINX))],
  ['anonymous pulls a private repository', said(ANONYMOUS, 'content/read', repositoryResource(NGINX))],
  ['a member pushes', said(dev, 'content/write', repositoryResource(NGINX))],
  [
    'a member changes the policy',
    said(dev, 'policy/edit', { type: 'organization', organization: MYREGISTRY }),
  ],
  ['a member looks at the server', said(dev, 'installation/read', { type: 'installation' })],
  [
    'a personal access token that only reads pushes',
    said(pat(member('owner'), ['repo:read']), 'content/write', repositoryResource(NGINX)),
  ],
  [
    'an OAT that pulls nginx pushes to it',
    said(oat({ 'samples/nginx': ['scope-image-pull'] }), 'content/write', repositoryResource(NGINX)),
  ],
  [
    'a token without docker.io/* pulls from Docker Hub',
    said(seed, 'content/read', upstreamResource('docker.io/library/nginx:1')),
  ],
  [
    'a member pulls a community image',
    said(dev, 'content/read', evil, { image: { category: 'community', alsoKnownAs: [] } }),
  ],
  [
    'a member pulls a denied image',
    said(
      dev,
      'content/read',
      evil,
      {},
      {
        'image-access': {
          mode: 'enforce',
          deny: [{ repository: 'docker.io/evil/*', reason: 'see TICKET-17' }],
        },
      },
    ),
  ],
  [
    'a member pulls from a registry that is not allowed',
    said(dev, 'content/read', upstreamResource('ghcr.io/some/app:1')),
  ],
  [
    'a machine reaches a registry that is not allowed',
    said(dev, 'host/connect', { type: 'host', host: registryHost('ghcr.io') }),
  ],
  [
    'anonymous pulls a public repository where sign-in is required',
    said(
      ANONYMOUS,
      'content/read',
      repositoryResource(TOOLS),
      { repository: presentFact(TOOLS) },
      { 'sign-in': { mode: 'enforce' } },
    ),
  ],
  [
    'a machine nobody signed in on reaches a registry where sign-in is required',
    said(
      ANONYMOUS,
      'host/connect',
      { type: 'host', host: registryHost('docker.io') },
      {},
      { 'sign-in': { mode: 'enforce' } },
    ),
  ],
  [
    'a locked tag is pushed',
    said(session(member('owner')), 'content/write', repositoryResource(NGINX, 'v1'), {
      repository: {
        ...presentFact(NGINX),
        type: 'present',
        visibility: 'private',
        locks: { ...locks, writeEnabled: true },
        tagLocks: locks,
      },
    }),
  ],
  [
    'no pull is left',
    said(seed, 'content/read', repositoryResource(NGINX), {
      quota: { type: 'window', limit: 100, remaining: 0, resets: NOW + 3_600_000 },
    }),
  ],
  [
    'the credential expired',
    said(seed, 'content/read', repositoryResource(NGINX), { credential: { type: 'active', expires: NOW } }),
  ],
  [
    'the credential is deactivated',
    said(seed, 'content/read', repositoryResource(NGINX), { credential: { type: 'inactive' } }),
  ],
  [
    'its scope map was deleted',
    said(registryToken({}), 'content/read', repositoryResource(NGINX), {
      credential: { type: 'active', expires: undefined, withoutScopeMap: true },
    }),
  ],
  [
    'the organization bars it',
    said(seed, 'content/read', repositoryResource(NGINX), {
      credential: { type: 'active', expires: undefined, barred: [MYREGISTRY] },
    }),
  ],
  [
    'it is older than personal tokens may be there',
    said(seed, 'content/read', repositoryResource(NGINX), {
      credential: {
        type: 'active',
        expires: undefined,
        ageLimits: [{ organization: MYREGISTRY, until: NOW, days: 90 }],
      },
    }),
  ],
  [
    'it comes from another address',
    said(seed, 'content/read', repositoryResource(NGINX), {
      address: { type: 'outside', client: '192.0.2.7' },
    }),
  ],
  ['nobody governs the pull', said(ANONYMOUS, 'content/read', evil, { governing: [] })],
  ['the quota is unknown', said(seed, 'content/read', repositoryResource(NGINX), { quota: undefined })],
]

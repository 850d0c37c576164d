import { expect, test } from 'vitest'
import { BETA, LOCATED, member, MYREGISTRY, NGINX, session, inGroup, patternOf } from '../test/company.ts'
import type { Grant } from './grant.ts'
import { missingGrants } from './missing-grants.ts'
import type { Person } from './credential-grants.ts'

const OWNER = member('owner')
const of = (pattern: Grant['pattern'], ...actions: Grant['actions']): Grant => ({
  pattern,
  actions,
  rule: 'given',
})

test.each<[string, Person, Grant, string]>([
  ['an owner gives a repository', OWNER, of(patternOf('samples/nginx'), 'content/write'), ''],
  ['an owner gives what is to come', OWNER, of(patternOf('*'), 'content/delete'), ''],
  [
    "an owner gives another organization's",
    OWNER,
    of({ type: 'under', organization: BETA, prefix: '' }, 'content/read'),
    'content/read',
  ],
  ['an owner gives pulls from Docker Hub', OWNER, of(patternOf('docker.io/library/*'), 'content/read'), ''],
  [
    'an owner gives pushes to Docker Hub',
    OWNER,
    of(patternOf('docker.io/*'), 'content/read', 'content/write'),
    'content/write',
  ],
  [
    'an owner gives member/edit',
    OWNER,
    of({ type: 'organization', organization: MYREGISTRY }, 'member/edit'),
    '',
  ],
  ['an owner gives the installation', OWNER, of({ type: 'installation' }, 'user/edit'), 'user/edit'],
  ['a reader gives reading', inGroup('read'), of(patternOf('samples/nginx'), 'content/read'), ''],
  [
    'a reader gives writing',
    inGroup('read'),
    of(patternOf('samples/nginx'), 'content/read', 'content/write'),
    'content/write',
  ],
  ['a reader of one gives all', inGroup('admin'), of(patternOf('samples/*'), 'content/read'), 'content/read'],
  ['a member gives public ones', member('member'), of({ type: 'public' }, 'content/read'), ''],
  [
    'an unknown id is nobody but its holder’s',
    OWNER,
    of({ type: 'repository', repository: `${NGINX.id}x` as typeof NGINX.id }, 'content/read'),
    'content/read',
  ],
])('nobody gives what he lacks: %s', (_, person, given, missing) => {
  const lacking = missingGrants(session(person).grants, [given], LOCATED)
  expect(lacking.flatMap(({ actions }) => actions).join(' ')).toBe(missing)
})

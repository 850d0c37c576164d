import { expect, test } from 'vitest'
import {
  ADMINISTRATOR_RIGHTS,
  ANONYMOUS_RIGHTS,
  COMPANY_OWNER_RIGHTS,
  GROUP_RIGHTS,
  OAT_RIGHTS,
  PAT_RIGHTS,
  PAT_SCOPES,
  ROLE_RIGHTS,
  SCOPE_MAP_RIGHTS,
  SERVICE_PRINCIPAL_RIGHTS,
  SYSTEM_SCOPE_MAPS,
  type RightsOf,
} from '../src/index.ts'

const ON: readonly (readonly [keyof RightsOf, string])[] = [
  ['organization', 'organization'],
  ['repositories', 'repositories'],
  ['public', 'public repositories'],
  ['upstream', 'other registries'],
]

function lines(title: string, note: string, table: Readonly<Record<string, RightsOf>>): readonly string[] {
  const rows = Object.entries(table).flatMap(([name, rights]) => {
    const given = ON.filter(([key]) => rights[key].length > 0)
    return given.map(
      ([key, on], place) =>
        `  ${(place === 0 ? name : '').padEnd(30)}${on.padEnd(21)}${rights[key].join(' ')}`,
    )
  })
  return [title, `  ${note}`, '', ...rows, '']
}

test('the rights table is as it was reviewed: docs/policy/rights.txt', async () => {
  const text = [
    'What each role, permission, scope and action lets one do. Made from packages/policy/src/rights.ts; review its diff.',
    '',
    ...lines(
      'ROLES in an organization',
      '`repositories`: all of it. A member has those of its groups and public ones.',
      ROLE_RIGHTS,
    ),
    ...lines('COMPANY OWNER', 'in each organization of the company', {
      'company owner': COMPANY_OWNER_RIGHTS,
    }),
    ...lines('ANONYMOUS', 'unless the organization requires sign-in', { anonymous: ANONYMOUS_RIGHTS }),
    'INSTALLATION ADMINISTRATOR',
    '',
    `  ${ADMINISTRATOR_RIGHTS.join(' ')}`,
    '',
    ...lines('GROUP PERMISSIONS', 'on the repositories the group is given', GROUP_RIGHTS),
    ...lines('PERSONAL ACCESS TOKEN SCOPES', 'what both the user and the scope allow', PAT_RIGHTS),
    ...lines(
      'ORGANIZATION ACCESS TOKEN SCOPES',
      'on what the token is given: repositories, public ones, other registries, the organization',
      OAT_RIGHTS,
    ),
    ...lines('SCOPE MAP ACTIONS', 'exactly what they say: none includes another', SCOPE_MAP_RIGHTS),
    ...lines(
      'SERVICE PRINCIPAL ROLES in the organization',
      'all of its repositories; nothing of other organizations, nor of other registries',
      SERVICE_PRINCIPAL_RIGHTS,
    ),
    'SYSTEM-DEFINED SCOPE MAPS',
    '  on `*`: all repositories of the organization, none of other registries',
    '',
    ...SYSTEM_SCOPE_MAPS.map(({ name, actions }) => `  ${name.padEnd(35)}${actions.join(' ')}`),
    '',
  ]
  await expect(text.map((line) => line.trimEnd()).join('\n')).toMatchFileSnapshot(
    '../../../docs/policy/rights.txt',
  )
})

function includes(wide: RightsOf, narrow: RightsOf): boolean {
  return ON.every(([key]) => narrow[key].every((action) => (wide[key] as readonly string[]).includes(action)))
}

test.each([
  ['scope-image-delete', 'scope-image-push'],
  ['scope-image-push', 'scope-image-pull'],
  ['scope-repository-admin', 'scope-repository-edit'],
  ['scope-repository-edit', 'scope-repository-read'],
  ['scope-tag-admin', 'scope-tag-read'],
  ['scope-member-edit', 'scope-member-read'],
  ['scope-invite-edit', 'scope-invite-read'],
  ['scope-group-edit', 'scope-group-read'],
  ['scope-governance-policy-write', 'scope-governance-policy-read'],
] as const)('the OAT scope %s includes %s', (wide, narrow) => {
  expect(includes(OAT_RIGHTS[wide], OAT_RIGHTS[narrow])).toBe(true)
})

test('each scope of a personal access token includes those after it', () => {
  for (const [place, scope] of PAT_SCOPES.entries()) {
    for (const narrower of PAT_SCOPES.slice(place)) {
      expect(includes(PAT_RIGHTS[scope], PAT_RIGHTS[narrower]), `${scope} ${narrower}`).toBe(true)
    }
  }
})

test('an owner may all that an editor may, and an editor all that a member may', () => {
  expect(includes(ROLE_RIGHTS.owner, ROLE_RIGHTS.editor)).toBe(true)
  expect(includes(ROLE_RIGHTS.editor, ROLE_RIGHTS.member)).toBe(true)
})

test('an auditor and a company owner hold no repository of the organization, and pull nothing through it', () => {
  for (const rights of [ROLE_RIGHTS.auditor, COMPANY_OWNER_RIGHTS]) {
    expect([...rights.repositories, ...rights.upstream]).toEqual([])
  }
})

test('an auditor changes nothing', () => {
  expect(ROLE_RIGHTS.auditor.organization.filter((action) => /edit|create/.test(action))).toEqual([])
})

test('a service principal may nothing that an owner may not, and a reader changes nothing', () => {
  const { contributor, reader } = SERVICE_PRINCIPAL_RIGHTS
  expect(includes(ROLE_RIGHTS.owner, contributor)).toBe(true)
  expect(includes(contributor, reader)).toBe(true)
  const held = [...reader.organization, ...reader.repositories]
  expect(held.filter((action) => /edit|create|write|delete/.test(action))).toEqual([])
})

test('no action of a scope map includes another', () => {
  for (const [action, rights] of Object.entries(SCOPE_MAP_RIGHTS))
    expect(rights.repositories).toEqual([action])
})

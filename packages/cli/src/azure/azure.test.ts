import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IssuedToken, ScopeMap } from '@wharden/api'
import { startAnswers, type Answer, type Answers } from '../../test/answers.ts'
import { words } from '../../test/commands.ts'
import { runInMemory } from '../../test/run-in-memory.ts'
import { registryTokenJson, type RegistryToken } from './registry-token.ts'

const AT = '2026-11-21T12:00:00.123Z'
const LATER = '2026-12-21T12:00:00.000Z'
const REGISTRY =
  '/subscriptions/715ae0c8-4abc-8a7f-b563-d4c25ffd7832/resourceGroups/myregistry/providers/Microsoft.ContainerRegistry/registries/myregistry'
const ACTIONS = { 'hello-world': ['content/write', 'content/read'], nginx: ['content/read'] } as const

const TOKEN: RegistryToken = {
  id: '01a1fdea-ba38-7000-8b0a-76ca0b116ea3',
  kind: 'registry-token',
  name: 'MyToken',
  organization: 'myregistry' as RegistryToken['organization'],
  description: '',
  status: 'active',
  addresses: [],
  createdAt: AT,
  createdBy: 'alice',
  expiresAt: null,
  expiryNotice: null,
  renewable: false,
  lastUsed: null,
  scopeMap: 'MyToken-scope-map',
  upstreams: [],
  passwords: [
    { name: 'password1', createdAt: AT, expiresAt: null },
    { name: 'password2', createdAt: AT, expiresAt: null },
  ],
}

const MAP = {
  name: 'MyScopeMap',
  organization: 'myregistry',
  type: 'user-defined',
  description: 'Sample scope map, described in more than the fifty-seven letters of a table',
  repositories: Object.entries(ACTIONS).map(([name, permissions]) => ({
    repository: `samples/${name}`,
    permissions: [...permissions],
  })),
  tokens: 2,
  createdAt: AT,
} as const satisfies { readonly [Each in keyof ScopeMap]: unknown }

const SYSTEM_MAP = { ...MAP, name: '_repositories_pull', type: 'system-defined', description: 'Can pull' }

function issued(secrets: IssuedToken['secrets']): IssuedToken {
  const passwords = TOKEN.passwords.map((password) => ({
    ...password,
    expiresAt: secrets.find(({ name }) => name === password.name)?.expiresAt ?? null,
  }))
  return {
    token: { ...TOKEN, passwords },
    secrets,
    login: { server: 'localhost:5443', username: 'MyToken' },
  }
}

const made = (name: 'password1' | 'password2', expiresAt: string | null) =>
  ({ name, value: `whd_rgt_of${name}`, expiresAt }) as const

const ORGANIZATION = {
  name: 'myregistry',
  displayName: 'My registry',
  plan: 'unlimited',
  defaultVisibility: 'private',
  allowReactivation: true,
  maximumLifetimes: { pat: null, oat: null, 'registry-token': null },
  userPullLimit: null,
  anonymousPullLimit: null,
  registry: { path: 'localhost:5443/myregistry', host: null, resourceId: REGISTRY },
  company: null,
  createdAt: AT,
}

const API = '/api/v1'
const MAPS = `${API}/organizations/myregistry/scope-maps`
const FOUND = `GET ${API}/tokens?organization=myregistry&kind=registry-token&name=MyToken&limit=20`

const ANSWERS: Readonly<Record<string, Answer>> = {
  [`GET ${API}/organizations/myregistry`]: [200, ORGANIZATION],
  [`POST ${API}/tokens`]: [201, issued([made('password1', null), made('password2', null)])],
  [FOUND]: [200, { items: [TOKEN], next: null }],
  [`GET ${API}/tokens?organization=myregistry&kind=registry-token&limit=1000`]: [
    200,
    {
      items: [
        TOKEN,
        { ...TOKEN, name: 'device-01', status: 'inactive', scopeMap: 'devices', passwords: [] },
        {
          ...TOKEN,
          name: 'device-02',
          scopeMap: null,
          passwords: [{ ...TOKEN.passwords[0], expiresAt: LATER }],
        },
      ],
      next: null,
    },
  ],
  [`PATCH ${API}/tokens/${TOKEN.id}`]: [200, { ...TOKEN, scopeMap: 'MyNewScopeMap' }],
  [`DELETE ${API}/tokens/${TOKEN.id}`]: [204],
  [`DELETE ${API}/tokens/${TOKEN.id}/passwords/password1`]: [
    200,
    { ...TOKEN, passwords: TOKEN.passwords.slice(1) },
  ],
  [`POST ${MAPS}`]: [201, MAP],
  [`GET ${MAPS}?limit=1000`]: [200, { items: [MAP, SYSTEM_MAP], next: null }],
  [`GET ${MAPS}/MyScopeMap`]: [200, MAP],
  [`PATCH ${MAPS}/MyScopeMap`]: [200, { ...MAP, repositories: MAP.repositories.slice(1) }],
  [`DELETE ${MAPS}/MyScopeMap`]: [204],
}

let server: Answers
beforeAll(async () => {
  server = await startAnswers(({ line, body }) => {
    if (!line.endsWith('/passwords')) return ANSWERS[line]
    const { names, expiresAt = null } = JSON.parse(body)
    return [201, issued(names.map((name: 'password1' | 'password2') => made(name, expiresAt)))]
  })
})
afterAll(() => server.close())

const run = (line: string) =>
  runInMemory(words(line).slice(1), { environment: { WHARDEN_SERVER: server.url } })

/** What Microsoft's page says, with our name for the program, and what else az has of the kind. */
const LINES = [
  'wharden token create --name MyToken --registry myregistry --repository samples/hello-world content/write content/read --repository samples/nginx content/read --status enabled -o json',
  'wharden scope-map create --name MyScopeMap --registry myregistry --repository samples/hello-world content/write content/read --repository samples/nginx content/read --description "Sample scope map" -o json',
  'wharden token create --name MyToken --registry myregistry --scope-map MyScopeMap --status enabled --query credentials.passwords[].value -o tsv',
  'wharden token credential generate --name MyToken --registry myregistry --days 30 --password1 --query passwords[0].value --output tsv',
  'wharden token credential generate --name MyToken --registry myregistry --days 30 --password2 --query passwords[0].value --output tsv',
  'wharden token credential generate --name MyToken --registry myregistry --days 30 --password2 -o json',
  'wharden token credential generate --name MyToken --registry myregistry --days 30',
  'wharden token credential generate -n MyToken -r myregistry --password1',
  'wharden token credential delete -n MyToken -r myregistry --password1 -o json --query credentials',
  'wharden scope-map update --name MyScopeMap --registry myregistry --remove samples/hello-world content/write',
  'wharden token update --name MyToken --registry myregistry --scope-map MyNewScopeMap',
  'wharden token show -n MyToken -r myregistry -o json',
  'wharden token list -r myregistry --resource-group myresourcegroup',
  'wharden scope-map list -r myregistry',
  'wharden scope-map show -n MyScopeMap -r myregistry --query "{type: typePropertiesType, before: scopeMapType}" -o yaml',
  'wharden token delete -n MyToken -r myregistry -y',
  'wharden scope-map delete -n MyScopeMap -r myregistry --yes',
]

test('what is said in az’s words is answered in az’s shape: reviewed in the diff of that file', async () => {
  const told: string[] = []
  for (const line of LINES) {
    const { code, stdout, stderr } = await run(line)
    expect([line, code, stderr]).toEqual([line, 0, stderr])
    told.push(`$ ${line}\n${stdout}${stderr.replaceAll(/^/gm, '! ').replace(/! $/, '')}`)
  }
  const head = 'What goes to standard error begins with `! `.\n\n'
  await expect(head + told.join('\n')).toMatchFileSnapshot('../../../../docs/cli/azure.txt')
})

test.each([
  ['token create', LINES[0], { kind: 'registry-token', status: 'active' }],
  ['an update', LINES[10], { scopeMap: 'MyNewScopeMap' }],
  [
    'a removal',
    LINES[9],
    { remove: [{ repository: 'samples/hello-world', permissions: ['content/write'] }] },
  ],
  [
    'both of two names of an option',
    'wharden scope-map update -n MyScopeMap -r myregistry --add a content/read --add-repository b/* content/read metadata/read',
    {
      add: [
        { repository: 'a', permissions: ['content/read'] },
        { repository: 'b/*', permissions: ['content/read', 'metadata/read'] },
      ],
    },
  ],
  [
    'days',
    'wharden token credential generate -n MyToken -r myregistry --expiration-in-days 30 --password2',
    { names: ['password2'], expiresAt: LATER },
  ],
  [
    'an end of passwords at creation',
    'wharden token create -n MyToken -r myregistry --scope-map MyScopeMap --expiration 2026-12-21T12:00:00Z',
    { passwordsExpireAt: LATER },
  ],
  [
    'no passwords',
    'wharden token create -n MyToken -r myregistry --scope-map MyScopeMap --no-passwords true --status DISABLED',
    { passwords: [], status: 'inactive' },
  ],
])('%s sends what was said', async (_, line, body) => {
  expect((await run(line ?? '')).code).toBe(0)
  const sent = server.asked.findLast(({ line: asked }) => !asked.startsWith('GET '))
  expect(JSON.parse(sent?.body ?? '')).toMatchObject(body)
})

test('an update sends nothing that was not said: az would enable a disabled token by the way', async () => {
  await run('wharden token update -n MyToken -r myregistry --scope-map MyNewScopeMap')
  expect(server.asked.findLast(({ line }) => line.startsWith('PATCH '))?.body).toBe(
    '{"scopeMap":"MyNewScopeMap"}',
  )
})

test.each([
  [
    'token credential generate -n MyToken -r myregistry --expiration-in-days 0',
    'az makes one that never ends',
  ],
  ['token credential generate -n MyToken -r myregistry --days -3', 'one or more'],
  [
    'token credential generate -n MyToken -r myregistry --days 3 --expiration 2027-01-01T00:00:00Z',
    'cannot be used with',
  ],
  ['token credential generate -n MyToken -r myregistry --expiration 2020-01-01T00:00:00Z', 'is past'],
  ['token credential delete -n MyToken -r myregistry', 'which password?'],
  [
    'token create -n MyToken -r myregistry --scope-map MyScopeMap --no-passwords --expiration-in-days 3',
    'there is no password to end',
  ],
  ['token create --label ci --org myregistry --expires 3d --expiration-in-days 3', 'does not go with'],
  ['scope-map update -n MyScopeMap -r myregistry', 'nothing to change'],
  ['scope-map update -n MyScopeMap -r myregistry --add samples/x content/bogus', '`content/bogus` is not'],
])('refused: wharden %s', async (line, message) => {
  const { code, stderr } = await run(`wharden ${line}`)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
})

test('a token that can’t be used is disabled to az, whatever the reason; ours says which', () => {
  for (const [status, azures] of [
    ['active', 'enabled'],
    ['inactive', 'disabled'],
    ['expired', 'disabled'],
  ] as const)
    expect(registryTokenJson({ ...TOKEN, status }, REGISTRY)).toMatchObject({ status: azures, state: status })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAnswers, type Answers } from '../test/answers.ts'
import { runInMemory } from '../test/run-in-memory.ts'

const common = {
  description: '',
  status: 'active',
  addresses: [],
  createdAt: '2026-11-21T12:00:00Z',
  createdBy: 'alice',
  expiresAt: null,
  expiryNotice: null,
  renewable: false,
  lastUsed: null,
}
const oat = (label: string) => ({
  ...common,
  kind: 'oat',
  id: `oat-${label}`,
  label,
  organization: 'acme',
  repositories: [],
  publicRepositories: false,
  upstreams: [],
  organizationScopes: [],
  pullLimit: null,
  pullUsage: null,
})
const pat = (label: string) => ({
  ...common,
  kind: 'pat',
  id: `pat-${label}`,
  label,
  user: 'alice',
  repositories: [{ repository: '*', permissions: ['repo:read'] }],
})
const registryToken = {
  ...common,
  kind: 'registry-token',
  id: 'registry-ci',
  name: 'ci-token',
  organization: 'acme',
  scopeMap: null,
  upstreams: [],
  passwords: [],
}

const ORGANIZATIONS = [oat('ci'), oat('both'), registryToken]
const OWN = [pat('laptop'), pat('both')]

let server: Answers
beforeAll(async () => {
  server = await startAnswers(({ line }) => {
    const url = new URL(line.split(' ')[1] ?? '', 'http://localhost')
    if (!url.pathname.endsWith('/tokens'))
      return [404, { defined: true, code: 'not_found', status: 404, message: 'there is no such token' }]
    const { organization, name, kind } = Object.fromEntries(url.searchParams)
    const items = [...(organization === undefined ? OWN : ORGANIZATIONS)]
      .filter((token) => ('label' in token ? token.label : token.name) === name)
      .filter((token) => kind === undefined || token.kind === kind)
    return [200, { items, next: null }]
  })
})
afterAll(() => server.close())

test.each<{ argv: string[]; organization?: string; found: string; code?: number }>([
  { argv: ['ci', '--org', 'acme'], found: 'oat-ci' },
  { argv: ['laptop'], found: 'pat-laptop' },
  { argv: ['laptop'], organization: 'acme', found: 'pat-laptop' },
  { argv: ['ci'], organization: 'acme', found: 'oat-ci' },
  { argv: ['laptop', '--org', 'acme'], found: 'there is no such token', code: 3 },
  { argv: ['both'], organization: 'acme', found: 'say the id: oat-both (oat), pat-both (pat)', code: 2 },
  { argv: ['both', '--org', 'acme'], organization: 'acme', found: 'oat-both' },
  { argv: ['-n', 'ci', '-r', 'acme'], found: 'there is no such token', code: 3 },
  { argv: ['ci, both', '--org', 'acme'], found: 'there is no token `ci, both`', code: 3 },
  { argv: ['-n', 'ci-token', '-r', 'acme'], found: 'ci-token' },
  {
    argv: [
      '/subscriptions/s/resourceGroups/acme/providers/Microsoft.ContainerRegistry/registries/acme/tokens/ci-token',
    ],
    found: 'ci-token',
  },
])('wharden token show $argv with WHARDEN_ORG=$organization finds $found', async (row) => {
  const { argv, organization, found, code = 0 } = row
  const ran = await runInMemory(['token', 'show', ...argv], {
    environment: {
      WHARDEN_SERVER: server.url,
      ...(organization !== undefined && { WHARDEN_ORG: organization }),
    },
  })
  expect(ran.code).toBe(code)
  expect(`${ran.stdout}${ran.stderr}`).toContain(found)
})

import { contract } from '@wharden/api'
import { expect, test } from 'vitest'
import { processIo } from '../io.ts'
import { newToken, type NewTokenOptions } from './new-token.ts'

const io = { ...processIo(), environment: {}, now: () => new Date('2026-11-21T12:00:00Z') }
const common = { status: 'enabled', passwords: true } as const

const { inputSchema } = contract.token.create['~orpc']

test.each<{ name: string; options: Partial<NewTokenOptions>; input: Record<string, unknown> }>([
  {
    name: 'a name makes a registry token',
    options: {
      name: 'MyToken',
      registry: 'myregistry',
      repository: ['samples/hello-world content/write content/read', 'samples/nginx content/read'],
    },
    input: {
      kind: 'registry-token',
      name: 'MyToken',
      organization: 'myregistry',
      status: 'active',
      rights: {
        type: 'repositories',
        repositories: [
          { repository: 'samples/hello-world', permissions: ['content/write', 'content/read'] },
          { repository: 'samples/nginx', permissions: ['content/read'] },
        ],
      },
    },
  },
  {
    name: 'a scope map, later passwords, switched off',
    options: {
      name: 'device-01',
      org: 'acme',
      scopeMap: 'devices',
      passwords: false,
      status: 'disabled',
      expires: '30d',
    },
    input: {
      kind: 'registry-token',
      status: 'inactive',
      passwords: [],
      rights: { type: 'scope-map', scopeMap: 'devices' },
      expiresAt: '2026-12-21T12:00:00.000Z',
    },
  },
  {
    name: 'an organization makes an organization access token',
    options: {
      label: 'ci',
      org: 'acme',
      repository: ['app/* push'],
      upstream: ['docker.io/library/* pull'],
      organizationScope: ['member-read'],
      publicRepositories: true,
      expires: 'never',
      address: ['192.0.2.0/24'],
    },
    input: {
      kind: 'oat',
      label: 'ci',
      repositories: [{ repository: 'app/*', permissions: ['scope-image-push'] }],
      upstreams: [{ repository: 'docker.io/library/*', permissions: ['scope-image-pull'] }],
      organizationScopes: ['scope-member-read'],
      publicRepositories: true,
      expiresAt: null,
      addresses: ['192.0.2.0/24'],
    },
  },
  {
    name: 'neither makes a personal access token',
    options: { label: 'laptop', repository: ['* write'], expires: '30d' },
    input: { kind: 'pat', label: 'laptop', repositories: [{ repository: '*', permissions: ['repo:write'] }] },
  },
])('$name, as the API takes it', async ({ options, input }) => {
  const made = newToken({ ...common, ...options }, io)
  expect(made).toMatchObject(input)
  expect(await inputSchema?.['~standard'].validate(made)).not.toHaveProperty('issues')
})

test('WHARDEN_ORG says whose a token is, as `--org` does', () => {
  const here = { ...io, environment: { WHARDEN_ORG: 'acme' } }
  const options = { ...common, label: 'ci', expires: '30d' }
  expect(newToken({ ...options, repository: ['app pull'] }, here)).toMatchObject({
    kind: 'oat',
    organization: 'acme',
  })
  expect(newToken({ ...options, kind: 'pat', repository: ['* read'] }, here)).toMatchObject({ kind: 'pat' })
})

test.each<{ options: Partial<NewTokenOptions>; message: string }>([
  { options: { label: 'ci', org: 'acme', repository: ['app pull'] }, message: 'when does the token expire?' },
  { options: { org: 'acme', expires: '30d' }, message: 'the token has no label' },
  { options: { label: 'laptop', expires: '30d' }, message: 'the token is given no repository' },
  { options: { kind: 'registry-token', org: 'acme' }, message: 'the token has no name' },
  { options: { name: 'MyToken', org: 'acme' }, message: 'what may the token do?' },
  {
    options: { name: 'MyToken', org: 'acme', scopeMap: 'm', repository: ['a content/read'] },
    message:
      '`--scope-map` and `--repository` exclude each other: a token has one scope map, and `--repository` makes one for it',
  },
  { options: { name: 'MyToken', scopeMap: 'm' }, message: 'which organization?' },
  {
    options: { kind: 'pat', name: 'MyToken', label: 'x', repository: ['* read'], expires: '1d' },
    message: '`--name` does not go with a token of kind `pat`',
  },
  {
    options: { kind: 'pat', upstream: ['docker.io/* pull'] },
    message: '`--upstream` does not go with a token of kind `pat`',
  },
  {
    options: { label: 'ci', org: 'acme', scopeMap: 'm', expires: '1d' },
    message: '`--scope-map` does not go with a token of kind `oat`',
  },
])('refused: $message', ({ options, message }) => {
  expect(() => newToken({ ...common, ...options }, io)).toThrow(
    expect.objectContaining({ exit: 'usage', message }),
  )
})

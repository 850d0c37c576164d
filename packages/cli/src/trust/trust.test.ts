import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliError } from '../cli-error.ts'
import { applyTrust } from './apply.ts'
import { planTrust, TRUST_TARGETS, type TrustRequest } from './plan.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'

let root: string
let request: TrustRequest

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wharden-trust-'))
  request = {
    pem: PEM,
    registries: ['localhost:5443', 'registry.example.com:443'],
    targets: TRUST_TARGETS,
    root,
  }
})
afterEach(() => rm(root, { recursive: true }))

const summary = async (changed: Partial<TrustRequest> = {}) =>
  (await planTrust({ ...request, ...changed })).map((step) => [
    step.target,
    step.type === 'write' ? step.path.slice(root.length) : step.command.join(' '),
    step.state,
  ])

test('the plan names every file and command, and changes nothing', async () => {
  const before = await summary()
  expect(before).toEqual([
    ['docker', '/etc/docker/certs.d/localhost:5443/ca.crt', 'missing'],
    ['docker', '/etc/docker/certs.d/registry.example.com/ca.crt', 'missing'],
    ['podman', '/etc/containers/certs.d/localhost:5443/ca.crt', 'missing'],
    ['podman', '/etc/containers/certs.d/registry.example.com/ca.crt', 'missing'],
    ['containerd', '/etc/containerd/certs.d/localhost:5443/ca.crt', 'missing'],
    ['containerd', '/etc/containerd/certs.d/localhost:5443/hosts.toml', 'missing'],
    ['containerd', '/etc/containerd/certs.d/registry.example.com/ca.crt', 'missing'],
    ['containerd', '/etc/containerd/certs.d/registry.example.com/hosts.toml', 'missing'],
    ['system', '/usr/local/share/ca-certificates/wharden-localhost-5443.crt', 'missing'],
    ['system', 'update-ca-certificates', 'due'],
  ])
  expect(await summary()).toEqual(before)
})

test('once applied nothing is left to do', async () => {
  await applyTrust(await planTrust(request), root)
  expect((await summary()).map(([, , state]) => state)).toEqual(Array(10).fill('same'))
  expect(await readFile(join(root, 'etc/docker/certs.d/localhost:5443/ca.crt'), 'utf8')).toBe(PEM)
  expect(await readFile(join(root, 'etc/containerd/certs.d/localhost:5443/hosts.toml'), 'utf8')).toBe(
    [
      'server = "https://localhost:5443"',
      'capabilities = ["pull", "resolve", "push"]',
      'ca = "/etc/containerd/certs.d/localhost:5443/ca.crt"',
      '[host]',
      '',
    ].join('\n'),
  )
})

test('a new authority replaces the old one; somebody’s own hosts.toml stays as it is', async () => {
  await applyTrust(await planTrust(request), root)
  const toml = join(root, 'etc/containerd/certs.d/localhost:5443/hosts.toml')
  await writeFile(toml, 'server = "https://mirror"\n')
  const changed = await planTrust({ ...request, pem: PEM.replace('AAAA', 'BBBB'), targets: ['containerd'] })
  expect(changed.map(({ state }) => state)).toEqual(['outdated', 'foreign', 'outdated', 'same'])
  await applyTrust(changed, root)
  expect(await readFile(toml, 'utf8')).toBe('server = "https://mirror"\n')
})

test('only what was asked for is touched', async () => {
  await applyTrust(await planTrust({ ...request, targets: ['podman'], registries: ['localhost:5443'] }), root)
  expect(
    (await summary({ registries: ['localhost:5443'] })).map(([target, , state]) => `${target} ${state}`),
  ).toEqual([
    'docker missing',
    'podman same',
    'containerd missing',
    'containerd missing',
    'system missing',
    'system due',
  ])
})

test.each([
  '../../../etc/cron.d',
  'a/b',
  'a..b:5000',
  '',
  '.',
  'host:port',
  'host:5000/../x',
  'ho st',
  '-x',
  'host\u0000',
])('a server that calls itself `%s` cannot choose where is written', async (name) => {
  await expect(planTrust({ ...request, registries: [name] })).rejects.toThrow(CliError)
})

test('IPv6 addresses are names too', async () => {
  expect(await summary({ registries: ['[::1]:5443'], targets: ['docker'] })).toEqual([
    ['docker', '/etc/docker/certs.d/[::1]:5443/ca.crt', 'missing'],
  ])
})

test('a place that cannot be written is told with what to do', async () => {
  await mkdir(join(root, 'etc'))
  await writeFile(join(root, 'etc/docker'), 'a file')
  const steps = await planTrust({ ...request, targets: ['docker'] })
  await expect(applyTrust(steps, root)).rejects.toThrow('cannot write')
})

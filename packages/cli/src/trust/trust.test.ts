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
    own: ['localhost:5443', 'registry.example.com:443'],
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

test('another registry keeps its own authority: ours goes beside it', async () => {
  const others = { ...request, registries: ['guarded.example.com:5000'] }
  const docker = join(root, 'etc/docker/certs.d/guarded.example.com:5000')
  const podman = join(root, 'etc/containers/certs.d/guarded.example.com:5000')
  const containerd = join(root, 'etc/containerd/certs.d/guarded.example.com:5000')
  for (const directory of [docker, podman, containerd]) {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'ca.crt'), 'its own')
  }
  await applyTrust(await planTrust(others), root)
  expect(await summary({ registries: others.registries })).toEqual([
    ['docker', '/etc/docker/certs.d/guarded.example.com:5000/wharden.crt', 'same'],
    ['podman', '/etc/containers/certs.d/guarded.example.com:5000/wharden.crt', 'same'],
    ['containerd', '/etc/containerd/certs.d/guarded.example.com:5000/wharden.crt', 'same'],
    ['system', '/usr/local/share/ca-certificates/wharden-guarded.example.com-5000.crt', 'same'],
    ['system', 'update-ca-certificates', 'same'],
  ])
  for (const directory of [docker, podman, containerd])
    expect(await readFile(join(directory, 'ca.crt'), 'utf8')).toBe('its own')
})

test('podman reads its own directory or docker’s, never both: a new one must not hide the old', async () => {
  const paths = async () =>
    (await summary({ registries: ['guarded.example.com'], targets: ['podman'] })).map(([, path]) => path)
  expect(await paths()).toEqual(['/etc/containers/certs.d/guarded.example.com/wharden.crt'])
  await mkdir(join(root, 'etc/docker/certs.d/guarded.example.com'), { recursive: true })
  expect(await paths()).toEqual(['/etc/docker/certs.d/guarded.example.com/wharden.crt'])
  await mkdir(join(root, 'etc/containers/certs.d/guarded.example.com'), { recursive: true })
  expect(await paths()).toEqual(['/etc/containers/certs.d/guarded.example.com/wharden.crt'])
})

test('where another registry has a hosts.toml, containerd reads no more than that names: it is said so', async () => {
  const directory = join(root, 'etc/containerd/certs.d/guarded.example.com')
  await mkdir(directory, { recursive: true })
  const states = async () =>
    (await summary({ registries: ['guarded.example.com'], targets: ['containerd'] })).map(
      ([, path, state]) => [path?.split('/').at(-1), state],
    )
  await writeFile(join(directory, 'hosts.toml'), 'ca = "/its/own.crt"')
  expect(await states()).toEqual([
    ['wharden.crt', 'missing'],
    ['hosts.toml', 'foreign'],
  ])
  const ours = '/etc/containerd/certs.d/guarded.example.com/wharden.crt'
  await writeFile(join(directory, 'hosts.toml'), `ca = ["/its/own.crt", "${ours}"]`)
  expect(await states()).toEqual([
    ['wharden.crt', 'missing'],
    ['hosts.toml', 'same'],
  ])
})

test('an organization’s own address is ours', async () => {
  const registries = ['acme.registry.example.com', 'evilregistry.example.com']
  expect(await summary({ registries, targets: ['docker'] })).toEqual([
    ['docker', '/etc/docker/certs.d/acme.registry.example.com/ca.crt', 'missing'],
    ['docker', '/etc/docker/certs.d/evilregistry.example.com/wharden.crt', 'missing'],
  ])
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
  expect(await summary({ registries: ['[::1]:5443'], own: ['[::1]:5443'], targets: ['docker'] })).toEqual([
    ['docker', '/etc/docker/certs.d/[::1]:5443/ca.crt', 'missing'],
  ])
})

test('a place that cannot be written is told with what to do', async () => {
  await mkdir(join(root, 'etc'))
  await writeFile(join(root, 'etc/docker'), 'a file')
  const steps = await planTrust({ ...request, targets: ['docker'] })
  await expect(applyTrust(steps, root)).rejects.toThrow('cannot write')
})

import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, createServer } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuthority, type Authority } from './authority.ts'
import { openCertificates, type CertificateOptions, type Certificates } from './certificates.ts'
import { mintLeaf, type Leaf } from './leaf.ts'
import { parseCertificateName, permittedNames, type CertificateName } from './permitted-names.ts'

const DAY = 86_400_000
const NOW = Date.now()
const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wharden-ca-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** What clients accept from an authority, minted past every check of ours: host, name, accepted. */
const ACCEPTED: readonly (readonly [host: string, name: string, accepted: boolean])[] = [
  ['registry.example.com', 'registry.example.com', true],
  ['registry.example.com', 'acme.registry.example.com', true],
  ['registry.example.com', 'a.b.registry.example.com', true],
  ['registry.example.com', '127.0.0.1', true],
  ['registry.example.com', '127.1.2.3', true],
  ['registry.example.com', '::1', true],
  ['registry.example.com', 'example.com', false],
  ['registry.example.com', 'other.example.com', false],
  ['registry.example.com', 'evilregistry.example.com', false],
  ['registry.example.com', 'registry.example.com.evil.org', false],
  ['registry.example.com', 'docker.io', false],
  ['registry.example.com', 'localhost', false],
  ['registry.example.com', '10.0.0.1', false],
  ['registry.example.com', '192.0.2.1', false],
  ['registry.example.com', '::2', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.4', false],
  ['10.1.2.3', 'registry.example.com', false],
  ['fd00::5', 'fd00::5', true],
  ['fd00::5', 'fd00::6', false],
]

test.each(ACCEPTED)(
  'Node accepts from the authority of %s a certificate for %s: %s',
  async (host, text, accepted) => {
    const authority = await createAuthority(permittedNames(name(host)), NOW)
    expect(await nodeAccepts(authority, await mintLeaf(authority, [name(text)], NOW), name(text))).toBe(
      accepted,
    )
  },
)

test.skipIf(!HAS_OPENSSL).each(ACCEPTED)(
  'openssl accepts from the authority of %s a certificate for %s: %s',
  async (host, text, accepted) => {
    const authority = await createAuthority(permittedNames(name(host)), NOW)
    expect(await opensslAccepts(authority, await mintLeaf(authority, [name(text)], NOW), name(text))).toBe(
      accepted,
    )
  },
)

test('a server certificate signs no other, and an authority only directly', async () => {
  const authority = await createAuthority(permittedNames(name('registry.example.com')), NOW)
  const leaf = await mintLeaf(authority, [name('registry.example.com')], NOW)
  expect(new X509Certificate(leaf.certificate).ca).toBe(false)
  expect(new X509Certificate(authority.certificate).ca).toBe(true)
  expect(new X509Certificate(leaf.certificate).keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']) // TLS servers
})

test('the first start makes everything, the next finds it', async () => {
  const first = await open()
  const leaf = await first.leafFor(undefined)
  const second = await open()
  expect([first.authority.created, second.authority.created]).toEqual([true, false])
  expect(second.authority.fingerprint).toBe(first.authority.fingerprint)
  expect((await second.leafFor(undefined))?.certificate).toBe(leaf?.certificate)
  expect(await readFile(first.authority.path, 'utf8')).toBe(first.authority.certificate)
})

test('keys are readable by their owner only, and no secret is in what is handed on', async () => {
  const certificates = await open()
  const leaf = await certificates.leafFor(undefined)
  const folder = join(directory, 'localhost')
  const modes = await Promise.all(
    (await readdir(folder))
      .toSorted()
      .map(async (file) => [file, (await stat(join(folder, file))).mode & 0o777]),
  )
  expect(modes).toEqual([
    ['authority.pem', 0o600],
    ['ca.crt', 0o644],
    ['server.pem', 0o600],
  ])
  expect(JSON.stringify([certificates.authority, leaf])).not.toContain('PRIVATE')
})

test('several processes starting at once agree on one authority', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => open()))
  expect(new Set(all.map((certificates) => certificates.authority.fingerprint)).size).toBe(1)
  expect(all.filter((certificates) => certificates.authority.created)).toHaveLength(1)
})

test.each([
  ['acme.localhost', true],
  ['ACME.localhost', true],
  ['localhost', true],
  ['127.0.0.1', true],
  ['unknown.localhost', false],
  ['acme.localhost.', false],
  ['docker.io', false],
  ['127.0.0.2', false],
  ['../../etc/passwd', false],
  ['*.localhost', false],
  ['', false],
])('a certificate for the server name `%s` is given: %s', async (serverName, given) => {
  const certificates = await open()
  expect((await certificates.leafFor(serverName)) !== undefined).toBe(given)
})

test('a leaf is the same object until a third of its life is left, then a new one, also on disk', async () => {
  let now = NOW
  const certificates = await open({ now: () => now })
  for (const serverName of [undefined, 'acme.localhost']) {
    now = NOW
    const [first, again] = await Promise.all([
      certificates.leafFor(serverName),
      certificates.leafFor(serverName),
    ])
    expect(again).toBe(first)
    now = NOW + 59 * DAY
    expect(await certificates.leafFor(serverName)).toBe(first)
    now = NOW + 61 * DAY
    const [renewed, shared] = await Promise.all([
      certificates.leafFor(serverName),
      certificates.leafFor(serverName),
    ])
    expect(renewed).not.toBe(first)
    expect(shared).toBe(renewed)
    expect(renewed?.expiresAt).toBeGreaterThan(NOW + 150 * DAY)
  }
  const restarted = await open({ now: () => now })
  expect((await restarted.leafFor(undefined))?.certificate).toBe(
    (await certificates.leafFor(undefined))?.certificate,
  )
})

test('a damaged server certificate is replaced, a damaged authority never', async () => {
  const { authority } = await open().then(async (certificates) => {
    await certificates.leafFor(undefined)
    return certificates
  })
  const folder = join(directory, 'localhost')
  await writeFile(join(folder, 'server.pem'), 'torn')
  const mended = await open()
  expect(await mended.leafFor(undefined)).toBeDefined()
  expect(mended.authority.fingerprint).toBe(authority.fingerprint)

  const whole = await readFile(join(folder, 'authority.pem'))
  await writeFile(join(folder, 'authority.pem'), whole.subarray(0, 400))
  const opened = await openCertificates(options())
  expect(opened).toMatchObject({ type: 'error', error: { type: 'unusable' } })
  await appendFile(join(folder, 'authority.pem'), whole.subarray(400))
  expect((await open()).authority.fingerprint).toBe(authority.fingerprint)
})

test('another host has another authority, and so have other permitted names', async () => {
  const localhost = await open()
  const example = await open({ host: 'registry.example.com' })
  const transparent = await open({ alsoPermitted: ['docker.io'], isKnown: () => true })
  expect(new Set([localhost, example, transparent].map((one) => one.authority.fingerprint)).size).toBe(3)
  expect(await transparent.leafFor('docker.io')).toBeDefined()
})

test.each([
  '',
  '*.example.com',
  'exa mple.com',
  '../x',
  'a..b',
  `${'a'.repeat(64)}.org`,
  '1.2.3',
  'host:443',
])('the host `%s` is refused', async (host) => {
  expect(await openCertificates({ ...options(), host })).toMatchObject({ type: 'error' })
})

function options(): CertificateOptions {
  return { directory, host: 'localhost', isKnown: (known) => known === 'acme.localhost', now: () => NOW }
}

async function open(changes: Partial<CertificateOptions> = {}): Promise<Certificates> {
  const opened = await openCertificates({ ...options(), ...changes })
  if (opened.type === 'error') throw new Error(opened.error.message)
  return opened.value
}

function name(text: string): CertificateName {
  const parsed = parseCertificateName(text)
  if (parsed === undefined) throw new Error(`\`${text}\` is malformed`)
  return parsed
}

async function opensslAccepts(authority: Authority, leaf: Leaf, wanted: CertificateName): Promise<boolean> {
  const [ca, certificate] = [join(directory, 'ca.pem'), join(directory, 'leaf.pem')]
  await writeFile(ca, authority.certificate)
  await writeFile(certificate, leaf.certificate)
  const is = wanted.type === 'dns' ? ['-verify_hostname', wanted.name] : ['-verify_ip', wanted.address]
  try {
    const args = ['verify', '-x509_strict', '-purpose', 'sslserver', ...is, '-CAfile', ca, certificate]
    execFileSync('openssl', args, { stdio: 'pipe' })
    return true
  } catch (refusal) {
    expect(String(refusal)).toContain('permitted subtree violation')
    return false
  }
}

async function nodeAccepts(authority: Authority, leaf: Leaf, wanted: CertificateName): Promise<boolean> {
  const server = createServer({ cert: leaf.certificate, key: leaf.privateKey.reveal() }, (socket) =>
    socket.end(),
  )
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  // Always to this machine; the certificate is checked for the wanted name.
  const as = wanted.type === 'dns' ? { servername: wanted.name } : { host: wanted.address }
  const socket = connectTls({ ...as, socket: connect(address.port, '127.0.0.1'), ca: authority.certificate })
  try {
    await once(socket, 'secureConnect')
    return true
  } catch (refusal) {
    expect(String(refusal)).toContain('permitted subtree violation')
    return false
  } finally {
    socket.destroy()
    server.close()
  }
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAccessClaims, type AccessClaims } from '@wharden/oci'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../test/free-port.ts'
import { signAccessToken } from './access-token.ts'
import { toCertificateBundle } from './certificate-bundle.ts'
import { signCompact } from './jws.ts'
import { libtrustKeyId, thumbprint } from './key-id.ts'
import { testKeys } from './test-tokens.ts'

const keys = (await testKeys('access')).current()
const strangers = (await testKeys('access')).current()
const NOW = Date.now()

test('the bundle holds the public keys, in certificates that are neither authority nor server', async () => {
  const certificate = new X509Certificate(await toCertificateBundle(keys, NOW))
  expect(thumbprint(certificate.publicKey)).toBe(keys.signing.kid)
  expect(certificate.ca).toBe(false)
  expect(certificate.keyUsage).toBeUndefined()
})

/** Debian's docker-registry, the Distribution of most machines. */
const REGISTRY = 'docker-registry'
const present = spawnSync(REGISTRY, ['--version']).status === 0

describe.skipIf(!present)('Distribution 2, trusting the bundle', () => {
  let directory = ''
  let registry: ChildProcess | undefined
  let origin = ''

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wharden-distribution-'))
    await writeFile(join(directory, 'bundle.pem'), await toCertificateBundle(keys, NOW))
    const port = await freePort()
    await writeFile(join(directory, 'config.yml'), configuration(directory, port))
    registry = spawn(REGISTRY, ['serve', join(directory, 'config.yml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const started = registry
    await new Promise<void>((listening, failed) => {
      let log = ''
      started.stderr?.on('data', (chunk) => {
        log += String(chunk)
        if (log.includes('listening on')) listening()
      })
      started.once('exit', () => failed(new Error(log)))
    })
    origin = `http://127.0.0.1:${port}`
  })

  afterAll(async () => {
    if (registry !== undefined && registry.exitCode === null) {
      registry.kill()
      await once(registry, 'exit')
    }
    await rm(directory, { recursive: true, force: true })
  })

  test.each([
    ['a token named as libtrust does', () => signAccessToken(keys.signing, claims(), 'libtrust'), 202],
    ['a token named by thumbprint', () => signAccessToken(keys.signing, claims()), 401],
    ['a token by a stranger', () => signAccessToken(strangers.signing, claims(), 'libtrust'), 401],
    [
      'a token by a stranger under our name',
      () => signCompact(strangers.signing, 'JWT', claims(), ourName()),
      401,
    ],
    [
      'a token for another service',
      () => signAccessToken(keys.signing, claims({ aud: 'other' }), 'libtrust'),
      401,
    ],
    [
      'a token by another issuer',
      () => signAccessToken(keys.signing, claims({ iss: 'other' }), 'libtrust'),
      401,
    ],
    [
      'a token for another repository',
      () => signAccessToken(keys.signing, claims({ access: [] }), 'libtrust'),
      401,
    ],
    [
      'a token that has ended',
      () => signAccessToken(keys.signing, claims({ exp: NOW / 1000 - 61 }), 'libtrust'),
      401,
    ],
  ])('%s', async (_, token, status) => {
    const headers = { authorization: `Bearer ${token()}` }
    const response = await fetch(`${origin}/v2/samples/app/blobs/uploads/`, { method: 'POST', headers })
    expect(response.status).toBe(status)
  })
})

function ourName(): string {
  return libtrustKeyId(keys.signing.publicKey)
}

function claims(changes: Partial<AccessClaims> = {}): AccessClaims {
  const now = Math.floor(NOW / 1000)
  const made = parseAccessClaims({
    iss: 'wharden',
    sub: 'alice',
    aud: 'guarded',
    exp: now + 240,
    nbf: now,
    iat: now,
    jti: 'a-token',
    access: [{ type: 'repository', name: 'samples/app', actions: ['pull', 'push'] }],
    whd: { credential: 'cred-1', version: 1, site: 'registry.example.com', asked: [] },
  })
  if (made === undefined) throw new Error('the claims are malformed')
  return { ...made, ...changes, exp: Math.floor(changes.exp ?? made.exp) }
}

function configuration(data: string, port: number): string {
  return `version: 0.1
log: {level: info}
storage: {filesystem: {rootdirectory: ${join(data, 'blobs')}}}
http: {addr: '127.0.0.1:${port}'}
auth: {token: {realm: 'http://127.0.0.1/token', service: guarded, issuer: wharden, rootcertbundle: ${join(data, 'bundle.pem')}}}
`
}

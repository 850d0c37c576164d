/** A token service that gives one user whatever is asked: it proves that a registry trusts a key, and nothing more. */
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

export type TestIssuer = {
  readonly realm: string
  readonly service: string
  readonly issuer: string
  /** The public key as JSON Web Key Set. */
  readonly jwks: string
  close(): void
}

export type IssuerOptions = {
  readonly address: string
  /** PEM files: the key that signs, and its certificate. */
  readonly key: string
  readonly certificate: string
  readonly username: string
  readonly password: string
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
export async function startTestIssuer(options: IssuerOptions): Promise<TestIssuer> {
  const { publicKey } = new X509Certificate(readFileSync(options.certificate))
  const privateKey = createPrivateKey(readFileSync(options.key))
  const kid = libtrustId(publicKey.export({ type: 'spki', format: 'der' }))
  const service = 'registry.test'
  const issuer = 'test-issuer'
  const expected = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end()
      return
    }
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: options.username,
      aud: service,
      iat: now,
      nbf: now - 5,
      exp: now + 300,
    }
    const access = url.searchParams.getAll('scope').map(accessOf)
    const head = { typ: 'JWT', alg: 'ES256', kid }
    const signed = `${base64(head)}.${base64({ ...claims, jti: randomUUID(), access })}`
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const token = `${signed}.${signature.toString('base64url')}`
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ token, expires_in: 300 }))
  })
  await new Promise<void>((resolve) => server.listen(0, options.address, resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the test issuer has no port')
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
  return {
    realm: `http://${options.address}:${bound.port}/token`,
    service,
    issuer,
    jwks: JSON.stringify({ keys: [jwk] }),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** https://github.com/docker/libtrust: SHA-256 of the public key, 240 bits of it in base 32, by fours. */
function libtrustId(spki: Buffer): string {
  const bits = [...createHash('sha256').update(spki).digest().subarray(0, 30)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('')
  return (letters.match(/.{4}/g) ?? []).join(':')
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function accessOf(scope: string): object {
  const [type, name, actions = ''] = scope.split(':')
  return { type, name, actions: actions.split(',') }
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

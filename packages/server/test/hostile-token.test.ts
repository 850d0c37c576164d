/** Tokens nobody gave out, over HTTP: every one is 401, and the server goes on (peers.md rows 1–3, 28, 50, 51). */
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { Answer } from './client.ts'
import { describeServer } from './describe-server.ts'
import { ALL, type Issued } from './fixtures.ts'
import { demand, pushImage } from './images.ts'

type Claims = Readonly<Record<string, unknown>>

const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })

describeServer('hostile tokens', (server) => {
  let ci: Issued
  let good: string
  let claims: Claims
  let header: Claims
  let own: KeyObject

  beforeAll(async () => {
    for (const name of ['acme', 'other']) await server().organization(name)
    ci = await server().oat('acme', { '*': ALL })
    await pushImage(server(), 'acme/app', { as: ci, tag: 'v1' })
    good = await server().token({ as: ci, scope: 'repository:acme/app:pull' })
    const [head = '', body = ''] = good.split('.')
    header = JSON.parse(Buffer.from(head, 'base64url').toString())
    claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    own = server().house.identity.keys.access.current().signing.privateKey
  })

  const part = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  /** Signed by our own key unless told otherwise: only what it says is wrong. */
  const forge = (head: unknown, body: unknown, key = own): string => {
    const signed = `${part(head)}.${part(body)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  const pull = (token: string): Promise<Answer> =>
    server().send('GET', '/v2/acme/app/manifests/v1', { headers: { authorization: `Bearer ${token}` } })
  const asRefresh = (token: string): Promise<Answer> =>
    server().send('POST', '/token', {
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }).toString(),
    })

  async function expectRefused(token: string): Promise<void> {
    const answers = [
      await pull(token),
      await server().send('GET', '/v2/', { headers: { authorization: `Bearer ${token}` } }),
      await asRefresh(token),
      await server().send('GET', '/token', { as: { name: 'acme', secret: token } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    for (const { json } of answers) expect(json.errors[0].code).toBe('UNAUTHORIZED')
  }

  it('the token all of these are made from is good', async () => {
    demand(await pull(good), 200)
    demand(await pull(forge(header, claims)), 200)
  })

  const hmac = (alg: string, key: string | Buffer): string => {
    const signed = `${part({ ...header, alg })}.${part(claims)}`
    return `${signed}.${createHmac(`sha${alg.slice(2)}`, key)
      .update(signed)
      .digest('base64url')}`
  }
  const jwk = attacker.publicKey.export({ format: 'jwk' })

  const corpus: readonly (readonly [string, () => string])[] = [
    ['nothing', () => ''],
    ['dots', () => '..'],
    ['two parts', () => good.split('.').slice(0, 2).join('.')],
    ['four parts', () => `${good}.x`],
    ['five parts (encrypted)', () => 'a.b.c.d.e'],
    ['eight thousand dots', () => '.'.repeat(8_000)],
    ['more than 8 KiB', () => forge(header, { ...claims, pad: 'x'.repeat(9_000) })],
    ['15 KiB', () => 'x'.repeat(15_000)],
    ['no signature', () => `${good.split('.').slice(0, 2).join('.')}.`],
    ['another signature', () => `${good.slice(0, -4)}AAAA`],
    ['padding', () => `${good}=`],
    ['spaces', () => good.replace('.', ' .')],
    ['alg none', () => `${part({ ...header, alg: 'none' })}.${part(claims)}.`],
    ['alg None', () => `${part({ ...header, alg: 'None' })}.${part(claims)}.`],
    ['alg NONE, signed', () => forge({ ...header, alg: 'NONE' }, claims)],
    ['no alg', () => forge({ ...header, alg: undefined }, claims)],
    ['a list of algs', () => forge({ ...header, alg: ['ES256'] }, claims)],
    ['ES384', () => forge({ ...header, alg: 'ES384' }, claims)],
    ['HS256 under the public key', () => hmac('HS256', publicPem())],
    ['HS512 under the public key', () => hmac('HS512', publicPem())],
    ['HS256 under nothing', () => hmac('HS256', '')],
    ['RS256', () => rsaSigned()],
    ['somebody else’s key', () => forge(header, claims, attacker.privateKey)],
    ['somebody else’s key, embedded', () => forge({ ...header, jwk }, claims, attacker.privateKey)],
    [
      'somebody else’s key, embedded and unnamed',
      () => forge({ alg: 'ES256', typ: 'JWT', jwk }, claims, attacker.privateKey),
    ],
    [
      'a link to a key set',
      () => forge({ ...header, jku: 'http://127.0.0.1:9/' }, claims, attacker.privateKey),
    ],
    [
      'a link to a chain',
      () => forge({ ...header, x5u: 'http://127.0.0.1:9/' }, claims, attacker.privateKey),
    ],
    ['a chain', () => forge({ ...header, x5c: ['MIIB'] }, claims, attacker.privateKey)],
    ['no kid', () => forge({ ...header, kid: undefined }, claims)],
    ['an unknown kid', () => forge({ ...header, kid: 'x' }, claims)],
    ['a kid that is a path', () => forge({ ...header, kid: '../../../dev/null' }, claims)],
    ['a kid that is SQL', () => forge({ ...header, kid: "' OR 1=1 --" }, claims)],
    ['a kid every object has', () => forge({ ...header, kid: '__proto__' }, claims)],
    ['another typ', () => forge({ ...header, typ: 'at+jwt' }, claims)],
    ['the refresh tokens’ typ', () => forge({ ...header, typ: 'whd-refresh+jwt' }, claims)],
    ['no typ', () => forge({ ...header, typ: undefined }, claims)],
    ['critical headers', () => forge({ ...header, crit: ['exp'] }, claims)],
    ['an unencoded payload', () => forge({ ...header, b64: false, crit: ['b64'] }, claims)],
    ['compression', () => forge({ ...header, zip: 'DEF', enc: 'A128GCM' }, claims)],
    [
      'password-based encryption',
      () => forge({ ...header, alg: 'PBES2-HS256+A128KW', p2c: 2 ** 31 }, claims),
    ],
    ['a header that is a list', () => forge([], claims)],
    ['a header that is a number', () => forge('1', claims)],
    ['a header that is null', () => forge('null', claims)],
    ['claims that are a list', () => forge(header, [])],
    ['claims that are null', () => forge(header, 'null')],
    ['claims that are text', () => forge(header, '"x"')],
    ['claims that are no JSON', () => forge(header, '{')],
    ['claims with a prototype', () => forge(header, '{"__proto__":{"iss":"x"}}')],
    ['another issuer', () => forge(header, { ...claims, iss: 'evil.example' })],
    ['another audience', () => forge(header, { ...claims, aud: 'registry.example.com' })],
    ['a list of audiences', () => forge(header, { ...claims, aud: [claims['aud']] })],
    ['another site', () => forge(header, { ...claims, whd: { ...whd(), site: 'acme.localhost' } })],
    [
      'expired',
      () => forge(header, { ...claims, exp: seconds() - 61, iat: seconds() - 400, nbf: seconds() - 400 }),
    ],
    [
      'not yet',
      () => forge(header, { ...claims, nbf: seconds() + 120, iat: seconds() + 120, exp: seconds() + 300 }),
    ],
    ['exp that is text', () => forge(header, { ...claims, exp: '9999999999' })],
    ['exp beyond numbers', () => forge(header, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400'))],
    ['exp below nothing', () => forge(header, { ...claims, exp: -1 })],
    ['a fraction', () => forge(header, { ...claims, iat: 1.5 })],
    ['a credential nobody has', () => forge(header, { ...claims, whd: { ...whd(), credential: 'x' } })],
    ['another version', () => forge(header, { ...claims, whd: { ...whd(), version: 99 } })],
    ['asked that is no list', () => forge(header, { ...claims, whd: { ...whd(), asked: 'everything' } })],
    [
      'asked with unknown actions',
      () => forge(header, { ...claims, whd: { ...whd(), asked: [scope(['fly'])] } }),
    ],
    [
      'asked more than twenty',
      () => forge(header, { ...claims, whd: { ...whd(), asked: Array(21).fill(scope(['pull'])) } }),
    ],
    ['no whd', () => forge(header, { ...claims, whd: undefined })],
  ]
  const seconds = () => Math.floor(server().now() / 1_000)
  const whd = (): Claims => Object(claims['whd'])
  const scope = (actions: readonly string[]) => ({ type: 'repository', name: 'acme/app', actions })
  const publicPem = () =>
    server()
      .house.identity.keys.access.current()
      .signing.publicKey.export({ type: 'spki', format: 'pem' })
      .toString()
  const rsaSigned = () => {
    const signed = `${part({ ...header, alg: 'RS256' })}.${part(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), rsa.privateKey).toString('base64url')}`
  }

  it.each(corpus)('%s', async (_what, make) => {
    await expectRefused(make())
  })

  it('each claim missing, or of another type', async () => {
    const others = [undefined, null, '', 'x', -1, 1.5, true, [], {}, [[]]]
    for (const name of Object.keys(claims))
      for (const value of others) {
        const changed = { ...claims, [name]: value }
        // These two may be anything that is text: nobody relies on them.
        const harmless =
          ['sub', 'jti'].includes(name) && typeof value === 'string' && !(name === 'jti' && value === '')
        const { status } = await pull(forge(header, changed))
        const empty = name === 'access' && Array.isArray(value) && value.length === 0
        expect([name, value, status]).toEqual([name, value, harmless || empty ? 200 : 401])
      }
  })

  it('any character of the token changed, taken out or put in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.constantFrom('A', 'B', '-', '_', '.', '=', '+', '/', ''),
        fc.boolean(),
        async (at, character, replace) => {
          const changed = good.slice(0, at) + character + good.slice(at + (replace ? 1 : 0))
          if (changed === good) return
          expect((await pull(changed)).status).toBe(401)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('a token for another registry, signed by the same key, is none for ours', async () => {
    await server().guard('guarded.example.com')
    const guarded = await server().token({
      as: ci,
      service: 'guarded.example.com',
      scope: 'repository:acme/app:pull',
    })
    expect(await pull(guarded)).toMatchObject({ status: 401 })
    demand(await pull(good), 200)
  })

  it('what one organization’s credential was given says nothing at another’s address', async () => {
    const token = await server().token({ as: ci, scope: 'repository:app:pull', site: 'acme.localhost' })
    for (const site of ['other.localhost', 'localhost'])
      expect(await server().send('GET', '/v2/app/manifests/v1', { token, site })).toMatchObject({
        status: 401,
      })
  })

  it('refusing thousands costs no memory worth speaking of', async () => {
    const before = process.memoryUsage().heapUsed
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 100 }, (_, n) => pull(forge(header, { ...claims, exp: n }))))
    globalThis.gc?.()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024)
    demand(await pull(good), 200)
  })
})

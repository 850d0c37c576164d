import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { CompactEncrypt, exportJWK, FlattenedSign, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { signCompact, TOKEN_MAX_LENGTH, verifyCompact } from './jws.ts'
import type { KeySet } from './signing-key.ts'
import { testKeys } from './test-tokens.ts'

const keys: KeySet = (await testKeys('access')).current()
const { kid, privateKey, publicKey } = keys.signing
const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const TYPE = 'JWT'
const good = { alg: 'ES256', typ: TYPE, kid }
const payload = { sub: 'alice' }

/** A token with whatever header, correctly signed by our own key unless told otherwise. */
function forge(header: unknown, body: unknown = payload, key = privateKey): string {
  const signed = `${part(header)}.${part(body)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

test('what we sign we verify, and so does another implementation what we sign alike', async () => {
  expect(verifyCompact(keys, TYPE, signCompact(keys.signing, TYPE, payload))).toEqual({
    type: 'ok',
    value: { kid, payload },
  })
  const theirs = await new SignJWT(payload).setProtectedHeader(good).sign(privateKey)
  expect(verifyCompact(keys, TYPE, theirs).type).toBe('ok')
})

const token = forge(good)
const [head = '', body = '', signature = ''] = token.split('.')
const jwk = await exportJWK(attacker.publicKey)
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const der = publicKey.export({ type: 'spki', format: 'der' })

/** HMAC under something public, as a verifier that takes the algorithm from the header would compute it. */
function hmac(alg: string, key: string | Buffer): string {
  const signed = `${part({ ...good, alg })}.${body}`
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, key)
    .update(signed)
    .digest('base64url')}`
}

test.each<readonly [string, string, string]>([
  // Somebody else's key (peers.md row 1, CVE-2025-24976).
  [
    'an embedded key under a trusted name',
    forge({ ...good, jwk }, payload, attacker.privateKey),
    'wrong-signature',
  ],
  [
    'an embedded key alone',
    forge({ alg: 'ES256', typ: TYPE, jwk }, payload, attacker.privateKey),
    'unknown-key',
  ],
  [
    'a link to a key set',
    forge({ ...good, jku: 'https://evil.example/jwks' }, payload, attacker.privateKey),
    'wrong-signature',
  ],
  [
    'a certificate chain',
    forge({ ...good, x5c: [der.toString('base64')] }, payload, attacker.privateKey),
    'wrong-signature',
  ],
  [
    'a link to a chain',
    forge({ ...good, x5u: 'https://evil.example/x5u' }, payload, attacker.privateKey),
    'wrong-signature',
  ],
  ['an unknown name', forge({ ...good, kid: 'other' }), 'unknown-key'],
  ['no name', forge({ alg: 'ES256', typ: TYPE }), 'unknown-key'],
  ['a list for a name', forge({ ...good, kid: [kid] }), 'unknown-key'],
  ['a name every object has', forge({ ...good, kid: '__proto__' }), 'unknown-key'],
  ['a path for a name', forge({ ...good, kid: '../../dev/null' }), 'unknown-key'],
  // Algorithms (row 2).
  ['no algorithm', `${part({ ...good, alg: 'none' })}.${body}.`, 'wrong-algorithm'],
  ['no algorithm, with our signature', forge({ ...good, alg: 'none' }), 'wrong-algorithm'],
  ['None', forge({ ...good, alg: 'None' }), 'wrong-algorithm'],
  ['NONE', forge({ ...good, alg: 'NONE' }), 'wrong-algorithm'],
  ['es256', forge({ ...good, alg: 'es256' }), 'wrong-algorithm'],
  ['ES384', forge({ ...good, alg: 'ES384' }), 'wrong-algorithm'],
  ['RS256', forge({ ...good, alg: 'RS256' }), 'wrong-algorithm'],
  ['EdDSA', forge({ ...good, alg: 'EdDSA' }), 'wrong-algorithm'],
  ['an algorithm nobody has', forge({ ...good, alg: 'XX999' }), 'wrong-algorithm'],
  ['a list of algorithms', forge({ ...good, alg: ['ES256'] }), 'wrong-algorithm'],
  ['no algorithm named', forge({ typ: TYPE, kid }), 'wrong-algorithm'],
  ['HS256 with our public PEM', hmac('HS256', pem), 'wrong-algorithm'],
  ['HS384 with our public DER', hmac('HS384', der), 'wrong-algorithm'],
  ['HS512 with nothing', hmac('HS512', ''), 'wrong-algorithm'],
  // Type and extensions.
  ['another type', forge({ ...good, typ: 'at+jwt' }), 'wrong-type'],
  ['the type in small letters', forge({ ...good, typ: 'jwt' }), 'wrong-type'],
  ['no type', forge({ alg: 'ES256', kid }), 'wrong-type'],
  ['a critical extension', forge({ ...good, crit: ['exp'], exp: 1 }), 'critical-header'],
  ['an empty critical list', forge({ ...good, crit: [] }), 'critical-header'],
  ['a payload that is not encoded', forge({ ...good, b64: false, crit: ['b64'] }), 'critical-header'],
  // Signatures.
  ['no signature', `${head}.${body}.`, 'wrong-signature'],
  ['a zero signature', `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`, 'wrong-signature'],
  ['a signature cut short', `${head}.${body}.${signature.slice(0, -1)}`, 'wrong-signature'],
  ['a longer signature', `${head}.${body}.${signature}A`, 'wrong-signature'],
  ['a padded signature', `${head}.${body}.${signature}==`, 'wrong-signature'],
  [
    'a signature in base64',
    `${head}.${body}.${Buffer.from(signature, 'base64url').toString('base64')}`,
    'wrong-signature',
  ],
  ['a signature in DER', derSigned(), 'wrong-signature'],
  ['another payload', `${head}.${part({ sub: 'root' })}.${signature}`, 'wrong-signature'],
  ['another header', `${part({ ...good, extra: 1 })}.${body}.${signature}`, 'wrong-signature'],
  // Parts.
  ['nothing', '', 'malformed'],
  ['one part', head, 'malformed'],
  ['two parts', `${head}.${body}`, 'malformed'],
  ['four parts', `${token}.${signature}`, 'malformed'],
  ['dots', '..', 'malformed'],
  ['five dots', '.....', 'malformed'],
  ['empty header', `.${body}.${signature}`, 'malformed'],
  ['a header that is no JSON', `${part('{')}.${body}.${signature}`, 'malformed'],
  ['a header that is null', forge(null), 'malformed'],
  ['a header that is a list', forge([good]), 'malformed'],
  ['a header that is text', forge('"ES256"'), 'malformed'],
  ['a header with spaces', `${head} .${body}.${signature}`, 'malformed'],
  ['a header with a line end', `${head}\n.${body}.${signature}`, 'malformed'],
  ['an empty payload', forge(good, ''), 'malformed'],
  ['a payload that is no JSON', forge(good, '{'), 'malformed'],
  ['a payload that is null', forge(good, null), 'malformed'],
  ['a payload that is a list', forge(good, [payload]), 'malformed'],
  ['a payload that is a number', forge(good, '7'), 'malformed'],
  ['very deep JSON', forge('['.repeat(5000)), 'malformed'],
  // Size (row 51, CVE-2025-30204) and encryption.
  ['a million dots', '.'.repeat(1_000_000), 'too-long'],
  ['one character too many', 'a'.repeat(TOKEN_MAX_LENGTH + 1), 'too-long'],
  ['as many dots as may be', '.'.repeat(TOKEN_MAX_LENGTH), 'malformed'],
  ['an encrypted token', await encrypted(), 'encrypted'],
  [
    'a bomb of a password-based key',
    `${part({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 })}.a.b.c.d`,
    'encrypted',
  ],
  ['encryption said in three parts', forge({ ...good, enc: 'A128GCM' }), 'encrypted'],
])('%s is refused', (_, text, type) => {
  expect(verifyCompact(keys, TYPE, text)).toMatchObject({ type: 'error', error: { type } })
})

test('a token signed by us is accepted whatever key it carries along: such headers are not looked at', () => {
  const carried = forge({
    ...good,
    jwk,
    jku: 'https://evil.example',
    x5u: 'https://evil.example',
    x5c: ['AAAA'],
  })
  expect(verifyCompact(keys, TYPE, carried).type).toBe('ok')
})

test('a token has one text: changing any character ends it', () => {
  for (let at = 0; at < token.length; at++) {
    for (const other of ['A', 'B', '-', '.', '=', ' ', 'é']) {
      if (token[at] === other) continue
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      expect(verifyCompact(keys, TYPE, changed).type, `${other} at ${at}`).toBe('error')
    }
  }
})

test('nor is there a second way to write the bits that the last character has to spare', () => {
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('')
  const accepted = last.filter((other) => verifyCompact(keys, TYPE, token.slice(0, -1) + other).type === 'ok')
  expect(accepted).toEqual([token.at(-1)])
})

test('the JSON serialization of JWS is refused', async () => {
  const flattened = await new FlattenedSign(Buffer.from('{}')).setProtectedHeader(good).sign(privateKey)
  expect(verifyCompact(keys, TYPE, JSON.stringify(flattened)).type).toBe('error')
})

test('whatever is given, verifying answers and does not throw', () => {
  const almost = fc.oneof(
    fc.string({ maxLength: 500 }),
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc
      .tuple(fc.json(), fc.json(), fc.string())
      .map(([one, two, three]) => `${part(one)}.${part(two)}.${three}`),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom('alg', 'typ', 'kid', 'crit', 'enc', 'jwk', '__proto__'), fc.anything()),
        fc.json(),
      )
      .map(([header, claims]) => forge(json({ ...good, ...header }), claims)),
  )
  fc.assert(
    fc.property(almost, (text) => {
      const verified = verifyCompact(keys, TYPE, text)
      expect(['ok', 'error']).toContain(verified.type)
    }),
  )
})

function json(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '{}'
  }
}

function derSigned(): string {
  const signed = `${head}.${body}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

async function encrypted(): Promise<string> {
  const compact = new CompactEncrypt(Buffer.from(JSON.stringify(payload)))
  return compact.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: TYPE, kid }).encrypt(publicKey)
}

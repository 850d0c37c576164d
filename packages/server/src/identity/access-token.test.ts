import fc from 'fast-check'
import type { AccessClaims } from '@wharden/oci'
import { expect, test } from 'vitest'
import { accessTokenVerifier, signAccessToken } from './access-token.ts'
import { signCompact, TOKEN_MAX_LENGTH } from './jws.ts'
import { libtrustKeyId } from './key-id.ts'
import type { KeySet } from './signing-key.ts'
import { EXPECTED, NOW, testClaims, testKeys } from './test-tokens.ts'

const keys = await testKeys('access')
const sign = (claims: AccessClaims): string => signAccessToken(keys.current().signing, claims)
const signAny = (payload: object): string => signCompact(keys.current().signing, 'JWT', payload)
const verifier = () => accessTokenVerifier(keys.current)

test('what we sign says the same when it comes back, the second time from memory', () => {
  const verify = verifier()
  const claims = testClaims()
  const token = sign(claims)
  const first = verify(token, EXPECTED, NOW)
  expect(first).toEqual({ type: 'ok', value: claims })
  expect(verify(token, EXPECTED, NOW)).toBe(first)
})

test.each<readonly [string, Partial<typeof EXPECTED>, string]>([
  ['another issuer', { issuer: 'sibling.example.com' }, 'wrong-issuer'],
  ['another audience', { audience: 'other.example.com' }, 'wrong-audience'],
  ['another site', { site: 'acme.registry.example.com' }, 'wrong-site'],
  ['an issuer that begins the same', { issuer: `${EXPECTED.issuer}.evil.org` }, 'wrong-issuer'],
])(
  'where %s is expected it is refused, also when it was accepted elsewhere a moment ago',
  (_, change, type) => {
    const verify = verifier()
    const token = sign(testClaims())
    expect(verify(token, EXPECTED, NOW).type).toBe('ok')
    expect(verify(token, { ...EXPECTED, ...change }, NOW)).toEqual({ type: 'error', error: { type } })
    expect(verifier()(token, { ...EXPECTED, ...change }, NOW)).toEqual({ type: 'error', error: { type } })
  },
)

test.each([
  ['at the second it ends', 300_000, 'expired'],
  ['a millisecond before', 299_999, undefined],
  ['long after', 86_400_000, 'expired'],
  ['5 s before it begins, by a slow clock', -5000, undefined],
  ['6 s before it begins', -6000, 'not-yet-valid'],
])('%s', (_, later, problem) => {
  const verify = verifier()
  const token = sign(testClaims())
  for (const warm of [false, true]) {
    if (warm) expect(verify(token, EXPECTED, NOW).type).toBe('ok')
    const verified = verify(token, EXPECTED, NOW + later)
    expect(verified.type === 'error' ? verified.error.type : undefined).toBe(problem)
  }
})

test('a token from before a key was withdrawn ends with the key, remembered or not', async () => {
  let trusted: KeySet<'access'> = keys.current()
  const other = (await testKeys('access')).current()
  const verify = accessTokenVerifier(() => trusted)
  const token = sign(testClaims())
  expect(verify(token, EXPECTED, NOW).type).toBe('ok')
  trusted = other
  expect(verify(token, EXPECTED, NOW)).toMatchObject({ type: 'error', error: { type: 'unknown-key' } })
})

const CLAIMS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'access', 'whd'] as const
const OUR_CLAIMS = ['credential', 'version', 'site', 'asked'] as const
const NO_TEXT = [null, true, 1, [], {}, ['a']]
const NO_NUMBER = [null, true, -1, 1.5, 1e300, '1', '1e9', [], {}, [1]]
const NO_LIST = [
  null,
  true,
  1,
  'pull',
  {},
  [[]],
  [null],
  [{}],
  ['repository:a/b:pull'],
  [{ type: 'repository' }],
]
const WRONG: Readonly<Record<(typeof CLAIMS)[number] | (typeof OUR_CLAIMS)[number], readonly unknown[]>> = {
  iss: [...NO_TEXT, ''],
  sub: NO_TEXT,
  aud: [...NO_TEXT, '', [EXPECTED.audience]],
  exp: NO_NUMBER,
  nbf: NO_NUMBER,
  iat: NO_NUMBER,
  jti: [...NO_TEXT, ''],
  access: NO_LIST,
  whd: [null, true, 1, 'a', [], {}, [{}]],
  credential: NO_TEXT,
  version: NO_NUMBER,
  site: [...NO_TEXT, ''],
  asked: NO_LIST,
}

test.each(CLAIMS)('without `%s` a token is refused, and nothing falls over', (claim) => {
  const { [claim]: _, ...rest } = testClaims()
  expect(verifier()(signAny(rest), EXPECTED, NOW)).toMatchObject({
    type: 'error',
    error: { type: 'wrong-claims' },
  })
})

test.each(OUR_CLAIMS)('without `whd.%s` a token is refused', (claim) => {
  const { whd, ...rest } = testClaims()
  const { [claim]: _, ...ours } = whd
  const token = signAny({ ...rest, whd: ours })
  expect(verifier()(token, EXPECTED, NOW)).toMatchObject({ type: 'error', error: { type: 'wrong-claims' } })
})

test.each(
  [...CLAIMS, ...OUR_CLAIMS].flatMap((claim) => WRONG[claim].map((value) => [claim, value] as const)),
)('with `%s` being %j a token is refused', (claim, value) => {
  const claims = testClaims()
  const changed =
    claim in claims ? { ...claims, [claim]: value } : { ...claims, whd: { ...claims.whd, [claim]: value } }
  const verified = verifier()(signAny(changed), EXPECTED, NOW)
  expect(verified).toEqual({ type: 'error', error: { type: 'wrong-claims' } })
})

test.each([
  ['a time in milliseconds, far ahead', { nbf: NOW }],
  ['an action we do not know', { access: [{ type: 'repository', name: 'a/b', actions: ['own'] }] }],
  ['a name that is none', { access: [{ type: 'repository', name: '../b', actions: ['pull'] }] }],
  ['everything', { access: [{ type: 'repository', name: '*', actions: ['*'] }] }],
])('%s is refused', (_, change) => {
  expect(verifier()(signAny({ ...testClaims(), ...change }), EXPECTED, NOW).type).toBe('error')
})

test('signed claims of any shape are answered, not thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...CLAIMS), (value, claim) => {
      const verified = verifier()(signAny({ ...testClaims(), [claim]: value }), EXPECTED, NOW)
      expect(['ok', 'error']).toContain(verified.type)
    }),
  )
})

test('memory is bounded by number and by length, what was used last stays, and what failed is never kept', () => {
  let looked = 0
  const trusted = new Map(keys.current().verifying)
  const get = trusted.get.bind(trusted)
  trusted.get = (kid) => {
    looked++
    return get(kid)
  }
  const counting: KeySet<'access'> = { ...keys.current(), verifying: trusted }
  const tokens = Array.from({ length: 4 }, (_, index) => sign(testClaims({ jti: `token-${index}` })))
  const verified = (verify: ReturnType<typeof verifier>, index: number): boolean => {
    const before = looked
    verify(tokens[index] ?? '', EXPECTED, NOW)
    return looked > before
  }
  for (const size of [
    { tokens: 2, characters: 1_000_000 },
    { tokens: 100, characters: 2.5 * (tokens[0]?.length ?? 0) },
  ]) {
    const verify = accessTokenVerifier(() => counting, size)
    expect([0, 1, 0, 2, 0, 1].map((index) => verified(verify, index))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ])
  }
  const verify = accessTokenVerifier(() => counting)
  const expired = sign(testClaims())
  const before = looked
  for (let round = 0; round < 3; round++) verify(`${expired}x`, EXPECTED, NOW)
  expect(looked - before).toBe(3)
})

test('a token too long is refused without being looked at', () => {
  const verified = verifier()('.'.repeat(TOKEN_MAX_LENGTH + 1), EXPECTED, NOW)
  expect(verified).toEqual({ type: 'error', error: { type: 'too-long' } })
})

test('for a registry that names keys as libtrust does, the token names them so, and is not for us', () => {
  const { signing } = keys.current()
  const token = signAccessToken(signing, testClaims(), 'libtrust')
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: libtrustKeyId(signing.publicKey) })
  expect(verifier()(token, EXPECTED, NOW)).toMatchObject({ type: 'error', error: { type: 'unknown-key' } })
})

/** Nothing that proves one thing may stand for another: every family of proofs against every verifier. */
import { expect, test } from 'vitest'
import { accessTokenVerifier, signAccessToken } from './access-token.ts'
import { looksLikeJwt } from './looks-like-jwt.ts'
import { signRefreshToken, verifyRefreshToken } from './refresh-token.ts'
import { mintSecret, parseSecret, SECRET_KINDS, type SecretKind } from './secret.ts'
import type { KeySet, SigningKey, TokenFamily } from './signing-key.ts'
import { EXPECTED, NOW, SITE, testClaims, testKeys } from './test-tokens.ts'

const access = (await testKeys('access')).current()
const refresh = (await testKeys('refresh')).current()
const REFRESH = { issuer: EXPECTED.issuer, service: SITE, site: SITE }
const CLAIMS = {
  subject: 'alice',
  credential: 'cred-1',
  version: 7,
  site: SITE,
  issuedAt: NOW,
  expiresAt: NOW + 300_000,
  id: 'a',
}

const kinds = Object.keys(SECRET_KINDS) as readonly SecretKind[]
const secrets = kinds.map((kind) => [kind, mintSecret(kind).text.reveal()] as const)
const proofs: readonly (readonly [family: string, text: string])[] = [
  ['access', signAccessToken(access.signing, testClaims())],
  ['refresh', signRefreshToken(refresh.signing, REFRESH, CLAIMS)],
  ...secrets,
  ['password', 'correct horse battery staple'],
]

/** Which family a text is accepted as by each verifier there is. */
const verifiers: Readonly<Record<string, (text: string) => string | undefined>> = {
  access: (text) =>
    accessTokenVerifier(() => access)(text, EXPECTED, NOW).type === 'ok' ? 'access' : undefined,
  refresh: (text) => (verifyRefreshToken(refresh, text, REFRESH, NOW).type === 'ok' ? 'refresh' : undefined),
  secret: (text) => parseSecret(text)?.kind,
}

test.each(proofs)('a proof of the family %s is accepted as that and as nothing else', (family, text) => {
  const accepted = Object.values(verifiers).flatMap((verify) => verify(text) ?? [])
  expect(accepted).toEqual(family === 'password' ? [] : [family])
  expect(looksLikeJwt(text)).toBe(family === 'access' || family === 'refresh')
})

test('even with one key for both, the two families of tokens are not each other', () => {
  const shared: KeySet<'access'> = access
  const asRefresh: KeySet<'refresh'> = relabel(shared, 'refresh')
  const [accessToken, refreshToken] = [
    signAccessToken(shared.signing, testClaims()),
    signRefreshToken(asRefresh.signing, REFRESH, CLAIMS),
  ]
  expect(accessTokenVerifier(() => shared)(accessToken, EXPECTED, NOW).type).toBe('ok')
  expect(verifyRefreshToken(asRefresh, refreshToken, REFRESH, NOW).type).toBe('ok')
  expect(accessTokenVerifier(() => shared)(refreshToken, EXPECTED, NOW)).toEqual({
    type: 'error',
    error: { type: 'wrong-type' },
  })
  expect(verifyRefreshToken(asRefresh, accessToken, REFRESH, NOW)).toEqual({
    type: 'error',
    error: { type: 'wrong-type' },
  })
})

test('of secrets only the tokens made for it can be passwords', () => {
  expect(kinds.filter((kind) => SECRET_KINDS[kind].basicPassword)).toEqual(['pat', 'oat', 'rgt'])
})

function relabel<Family extends TokenFamily>(keys: KeySet, family: Family): KeySet<Family> {
  const signing: SigningKey<Family> = { ...keys.signing, family }
  const verifying = new Map([...keys.verifying].map(([kid, key]) => [kid, { ...key, family }]))
  return { family, signing, verifying }
}

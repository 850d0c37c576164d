/** Nothing that proves one thing may stand for another: every family of proofs against every verifier. */
import { expect, test } from 'vitest'
import { accessTokenVerifier, signAccessToken } from './access-token.ts'
import { looksLikeJwt } from './looks-like-jwt.ts'
import { signManagementToken, verifyManagementToken } from './management-token.ts'
import { signRefreshToken, verifyRefreshToken } from './refresh-token.ts'
import { mintSecret, parseSecret, SECRET_KINDS, type SecretKind } from './secret.ts'
import type { KeySet, SigningKey, TokenFamily } from './signing-key.ts'
import { EXPECTED, NOW, SITE, testClaims, testKeys } from './test-tokens.ts'

const access = (await testKeys('access')).current()
const refresh = (await testKeys('refresh')).current()
const management = (await testKeys('management')).current()
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
  ['management', signManagementToken(management.signing, EXPECTED.issuer, CLAIMS)],
  ...secrets,
  ['password', 'correct horse battery staple'],
]

/** Which family a text is accepted as by each verifier there is. */
const verifiers: Readonly<Record<string, (text: string) => string | undefined>> = {
  access: (text) =>
    accessTokenVerifier(() => access)(text, EXPECTED, NOW).type === 'ok' ? 'access' : undefined,
  refresh: (text) => (verifyRefreshToken(refresh, text, REFRESH, NOW).type === 'ok' ? 'refresh' : undefined),
  management: (text) =>
    verifyManagementToken(management, text, EXPECTED.issuer, NOW).type === 'ok' ? 'management' : undefined,
  secret: (text) => parseSecret(text)?.kind,
}

test.each(proofs)('a proof of the family %s is accepted as that and as nothing else', (family, text) => {
  const accepted = Object.values(verifiers).flatMap((verify) => verify(text) ?? [])
  expect(accepted).toEqual(family === 'password' ? [] : [family])
  expect(looksLikeJwt(text)).toBe(['access', 'refresh', 'management'].includes(family))
})

/** All families by one key, each verifier against each token. */
const [asRefresh, asManagement] = [relabel(access, 'refresh'), relabel(access, 'management')]
const sharing: readonly (readonly [family: string, token: string, verify: (text: string) => unknown])[] = [
  [
    'access',
    signAccessToken(access.signing, testClaims()),
    (text) => accessTokenVerifier(() => access)(text, EXPECTED, NOW),
  ],
  [
    'refresh',
    signRefreshToken(asRefresh.signing, REFRESH, CLAIMS),
    (text) => verifyRefreshToken(asRefresh, text, REFRESH, NOW),
  ],
  [
    'management',
    signManagementToken(asManagement.signing, EXPECTED.issuer, CLAIMS),
    (text) => verifyManagementToken(asManagement, text, EXPECTED.issuer, NOW),
  ],
]

test.each(sharing)('even with one key for all, a token of the family %s is no other', (family, token) => {
  for (const [other, , verify] of sharing) {
    expect(verify(token)).toMatchObject(
      other === family ? { type: 'ok' } : { type: 'error', error: { type: 'wrong-type' } },
    )
  }
})

test('of secrets only the tokens made for it can be passwords', () => {
  expect(kinds.filter((kind) => SECRET_KINDS[kind].basicPassword)).toEqual(['pat', 'oat', 'rgt', 'spn'])
})

function relabel<Family extends TokenFamily>(keys: KeySet, family: Family): KeySet<Family> {
  const signing: SigningKey<Family> = { ...keys.signing, family }
  const verifying = new Map([...keys.verifying].map(([kid, key]) => [kid, { ...key, family }]))
  return { family, signing, verifying }
}

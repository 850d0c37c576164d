import { expect, test } from 'vitest'
import { signCompact } from './jws.ts'
import { signRefreshToken, verifyRefreshToken, type RefreshClaims } from './refresh-token.ts'
import { NOW, SITE, testKeys } from './test-tokens.ts'

const keys = (await testKeys('refresh')).current()
const EXPECTED = { issuer: 'wharden.example.com', service: SITE, site: SITE }
const CLAIMS: RefreshClaims = {
  subject: 'alice',
  credential: 'cred-1',
  version: 7,
  site: SITE,
  issuedAt: NOW,
  expiresAt: NOW + 86_400_000,
  id: 'a-token',
}

test.each([CLAIMS, { ...CLAIMS, password: 'a-mark' }])(
  'what we sign says the same when it comes back',
  (claims) => {
    expect(verifyRefreshToken(keys, signRefreshToken(keys.signing, EXPECTED, claims), EXPECTED, NOW)).toEqual(
      {
        type: 'ok',
        value: claims,
      },
    )
  },
)

test.each([
  ['another issuer', { issuer: 'sibling.example.com' }, 'wrong-issuer'],
  ['another service', { service: 'other.example.com' }, 'wrong-audience'],
  ['another site', { site: 'acme.registry.example.com' }, 'wrong-site'],
])('where %s is expected it is refused', (_, change, type) => {
  const token = signRefreshToken(keys.signing, EXPECTED, CLAIMS)
  expect(verifyRefreshToken(keys, token, { ...EXPECTED, ...change }, NOW)).toEqual({
    type: 'error',
    error: { type },
  })
})

test.each([
  ['after its end', 86_400_000, 'expired'],
  ['long before its beginning', -60_000, 'not-yet-valid'],
])('%s it is refused', (_, later, type) => {
  const token = signRefreshToken(keys.signing, EXPECTED, CLAIMS)
  expect(verifyRefreshToken(keys, token, EXPECTED, NOW + later)).toEqual({ type: 'error', error: { type } })
})

const PAYLOAD = {
  iss: 'refresh:wharden.example.com',
  sub: 'alice',
  aud: `refresh:${SITE}`,
  exp: NOW / 1000 + 60,
  iat: NOW / 1000,
  jti: 'a-token',
  whd: { credential: 'cred-1', version: 7, site: SITE },
}

test.each([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'whd'].flatMap((claim) =>
    [undefined, null, [], {}, 1.5].map((value) => [claim, { ...PAYLOAD, [claim]: value }] as const),
  ),
  ...['credential', 'version', 'site'].flatMap((claim) =>
    [undefined, null, [], {}, -1].map(
      (value) => [`whd.${claim}`, { ...PAYLOAD, whd: { ...PAYLOAD.whd, [claim]: value } }] as const,
    ),
  ),
  ['whd.credential', { ...PAYLOAD, whd: { ...PAYLOAD.whd, credential: '' } }] as const,
  ...[null, [], {}, -1, ''].map(
    (value) => ['whd.password', { ...PAYLOAD, whd: { ...PAYLOAD.whd, password: value } }] as const,
  ),
])('with a wrong `%s` it is refused', (_, payload) => {
  const good = signCompact(keys.signing, 'whd-refresh+jwt', PAYLOAD)
  expect(verifyRefreshToken(keys, good, EXPECTED, NOW).type).toBe('ok')
  const token = signCompact(keys.signing, 'whd-refresh+jwt', payload)
  expect(verifyRefreshToken(keys, token, EXPECTED, NOW)).toEqual({
    type: 'error',
    error: { type: 'wrong-claims' },
  })
})

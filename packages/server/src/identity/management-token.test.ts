import { expect, test } from 'vitest'
import { signCompact } from './jws.ts'
import {
  isManagementToken,
  signManagementToken,
  verifyManagementToken,
  type ManagementClaims,
} from './management-token.ts'
import { EXPECTED, NOW, testKeys } from './test-tokens.ts'

const keys = (await testKeys('management')).current()
const { issuer } = EXPECTED
const CLAIMS: ManagementClaims = {
  subject: 'pipeline',
  credential: 'cred-1',
  version: 7,
  issuedAt: NOW,
  expiresAt: NOW + 3_600_000,
  id: 'a-token',
}
const TOKEN = signManagementToken(keys.signing, issuer, CLAIMS)

test('what we sign says the same when it comes back', () => {
  expect(verifyManagementToken(keys, TOKEN, issuer, NOW)).toEqual({ type: 'ok', value: CLAIMS })
  expect(isManagementToken(TOKEN)).toBe(true)
})

test.each([
  ['of another installation', 'sibling.example.com', 0, 'wrong-issuer'],
  ['after its end', issuer, 3_600_000, 'expired'],
  ['long before its beginning', issuer, -60_000, 'not-yet-valid'],
])('%s it is refused', (_, expected, later, type) => {
  expect(verifyManagementToken(keys, TOKEN, expected, NOW + later)).toEqual({
    type: 'error',
    error: { type },
  })
})

const PAYLOAD = {
  iss: `management:${issuer}`,
  sub: 'pipeline',
  aud: `management:${issuer}`,
  exp: NOW / 1000 + 60,
  iat: NOW / 1000,
  jti: 'a-token',
  whd: { credential: 'cred-1', version: 7 },
}

test.each([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'whd'].flatMap((claim) =>
    [undefined, null, [], {}, 1.5].map((value) => [claim, { ...PAYLOAD, [claim]: value }] as const),
  ),
  ...['credential', 'version'].flatMap((claim) =>
    [undefined, null, [], {}, -1].map(
      (value) => [`whd.${claim}`, { ...PAYLOAD, whd: { ...PAYLOAD.whd, [claim]: value } }] as const,
    ),
  ),
])('with a wrong `%s` it is refused', (_, payload) => {
  const good = signCompact(keys.signing, 'whd-management+jwt', PAYLOAD)
  expect(verifyManagementToken(keys, good, issuer, NOW).type).toBe('ok')
  const token = signCompact(keys.signing, 'whd-management+jwt', payload)
  expect(verifyManagementToken(keys, token, issuer, NOW)).toMatchObject({
    type: 'error',
    error: { type: 'wrong-claims' },
  })
})

test('for another audience it is refused', () => {
  const token = signCompact(keys.signing, 'whd-management+jwt', { ...PAYLOAD, aud: `refresh:${issuer}` })
  expect(verifyManagementToken(keys, token, issuer, NOW)).toMatchObject({ error: { type: 'wrong-audience' } })
})

test.each(['', 'a.b.c', '....', `${'e'.repeat(9_000)}.b.c`, 'null.b.c', 'bnVsbA.b.c'])(
  'nothing else says that it is one: %s',
  (text) => expect(isManagementToken(text)).toBe(false),
)

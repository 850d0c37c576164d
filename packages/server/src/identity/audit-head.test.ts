import { importJWK, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { accessTokenVerifier } from './access-token.ts'
import { signAuditHead } from './audit-head.ts'
import { toJwks } from './jwks.ts'
import { NOW, testKeys } from './test-tokens.ts'

const HEAD = { chain: 'acme', events: 7, head: 'd9'.repeat(32) }

test('anybody can verify a signed head with the published keys', async () => {
  const keys = (await testKeys('access')).current()
  const signed = signAuditHead(keys.signing, 'registry.test', HEAD, NOW)
  const [jwk] = toJwks(keys).keys
  const { payload, protectedHeader } = await jwtVerify(signed, await importJWK({ ...jwk }, 'ES256'))
  expect(payload).toEqual({ iss: 'registry.test', iat: Math.floor(NOW / 1000), ...HEAD })
  expect(protectedHeader.typ).toBe('whd-audit-head+jwt')
})

test('a signed head is no token', async () => {
  const keys = (await testKeys('access')).current()
  const signed = signAuditHead(keys.signing, 'registry.test', HEAD, NOW)
  const expected = { issuer: 'registry.test', audience: 'registry.test', site: 'registry.test' }
  expect(accessTokenVerifier(() => keys)(signed, expected, NOW)).toMatchObject({
    type: 'error',
    error: { type: 'wrong-type' },
  })
})

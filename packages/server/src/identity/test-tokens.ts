/** What the tests of tokens share: one installation's keys and well-formed claims. */
import { parseAccessClaims, type AccessClaims } from '@wharden/oci'
import { sealKey } from '../secrets/seal.ts'
import { memorySigningKeyRows } from './test-signing-key-rows.ts'
import { openSigningKeys, usualSchedule, type SigningKeys } from './signing-keys.ts'
import type { TokenFamily } from './signing-key.ts'

export const NOW = Date.UTC(2026, 10, 21, 12)
export const SITE = 'registry.example.com'
export const EXPECTED = { issuer: 'wharden.example.com', audience: SITE, site: SITE }

/** Signing keys of one family, of an installation of its own. */
export function testKeys<Family extends TokenFamily>(family: Family): Promise<SigningKeys<Family>> {
  const current = sealKey(new Uint8Array(32))
  if (current === undefined) throw new Error('the length is wrong')
  const seals = { current, previous: undefined }
  return openSigningKeys({ rows: memorySigningKeyRows(), seals, family, schedule: usualSchedule(3600) }, NOW)
}

/** Claims that are accepted at `NOW`, with changes. */
export function testClaims(changes: Partial<AccessClaims> = {}): AccessClaims {
  const asked = [{ type: 'repository', name: 'samples/nginx', actions: ['pull'] }]
  const now = NOW / 1000
  const claims = parseAccessClaims({
    iss: EXPECTED.issuer,
    sub: 'alice',
    aud: EXPECTED.audience,
    exp: now + 300,
    nbf: now,
    iat: now,
    jti: 'a-token',
    access: [],
    whd: { credential: 'cred-1', version: 7, site: SITE, asked },
  })
  if (claims === undefined) throw new Error('the claims are malformed')
  return { ...claims, ...changes }
}

import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { libtrustKeyId, parsePublicJwk, publicJwk, thumbprint } from './key-id.ts'

/** The key of the signed manifest in Docker's own specification, https://distribution.github.io/distribution/spec/deprecated-schema-v1/ */
const DOCKERS = {
  kty: 'EC',
  crv: 'P-256',
  x: '3gAwX48IQ5oaYQAYSxor6rYYc_6yjuLCjtQ9LUakg4A',
  y: 't72ge6kIA1XOjqjVoEOiPPAURltJFBMGDSQvEGVB010',
}

test('the libtrust key id is the one Docker published for its key', () => {
  const key = createPublicKey({ key: DOCKERS, format: 'jwk' })
  expect(libtrustKeyId(key)).toBe('OD6I:6DRK:JXEJ:KBM4:255X:NSAA:MUSF:E4VM:ZI6W:CUN2:L4Z6:LSF4')
})

test('the thumbprint is the one another implementation computes', async () => {
  for (let round = 0; round < 20; round++) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(thumbprint(publicKey)).toBe(
      await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }), 'sha256'),
    )
    expect(thumbprint(parsePublicJwk(JSON.stringify(publicJwk(publicKey))))).toBe(thumbprint(publicKey))
  }
})

test('the libtrust key id spells the hash in base32', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const bits = [
    ...createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  ]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  const spelled = [...libtrustKeyId(publicKey).replaceAll(':', '')]
    .map((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'))
    .join('')
  expect(spelled).toBe(bits.slice(0, 240))
})

test.each([
  ['another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey],
  ['another kind', generateKeyPairSync('ed25519').publicKey],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey],
])('a key of %s is refused', (_, key) => {
  expect(() => thumbprint(key)).toThrow('P-256')
  expect(() => parsePublicJwk(JSON.stringify(key.export({ format: 'jwk' })))).toThrow('P-256')
})

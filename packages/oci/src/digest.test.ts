import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digests } from '../test/arbitraries.ts'
import { digestAlgorithm, digestHex, parseDigest } from './digest.ts'

const HEX_64 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const HEX_128 = HEX_64 + HEX_64

describe('parseDigest', () => {
  test.each([`sha256:${HEX_64}`, `sha512:${HEX_128}`])('accepts %s', (text) => {
    expect(parseDigest(text)).toBe(text)
  })

  test.each([
    ['nothing', ''],
    ['hex alone', HEX_64],
    ['no hex', 'sha256:'],
    ['a digit too few', `sha256:${HEX_64.slice(1)}`],
    ['a digit too many', `sha256:${HEX_64}0`],
    ['the other algorithm’s length', `sha512:${HEX_64}`],
    ['upper-case hex', `sha256:${HEX_64.toUpperCase()}`],
    ['an upper-case algorithm', `SHA256:${HEX_64}`],
    ['an algorithm we do not verify', `sha384:${HEX_64}${HEX_64.slice(0, 32)}`],
    ['a weak algorithm', 'md5:d41d8cd98f00b204e9800998ecf8427e'],
    ['a line feed at the end', `sha256:${HEX_64}\n`],
    ['a space before', ` sha256:${HEX_64}`],
    ['what is not hex', `sha256:${HEX_64.slice(1)}g`],
    ['a full-width digit', `sha256:${HEX_64.slice(1)}０`],
  ])('refuses %s', (_what, text) => {
    expect(parseDigest(text)).toBeUndefined()
  })
})

test('a digest is its algorithm, a colon and its hex', () => {
  fc.assert(
    fc.property(digests, (digest) => {
      expect(`${digestAlgorithm(digest)}:${digestHex(digest)}`).toBe(digest)
    }),
  )
})

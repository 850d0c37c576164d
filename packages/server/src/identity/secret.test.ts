import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum, mintSecret, parseSecret, SECRET_KINDS, type SecretKind } from './secret.ts'

const KINDS: readonly SecretKind[] = ['pat', 'oat', 'rgt', 'spn', 'ses', 'rfr', 'set', 'inv', 'scm']
const kind = fc.constantFrom(...KINDS)

test('the kinds are exactly these', () => {
  expect(Object.keys(SECRET_KINDS)).toEqual(KINDS)
})

test.each([
  ['0'.repeat(30), '2C8GjS'],
  ['AbCdEfGhIjKlMnOpQrStUvWxYz0123', '2piBxe'],
  ['', '000000'],
])('the checksum of `%s` is %s', (text, expected) => {
  expect(checksum(text)).toBe(expected)
})

test('the CRC is the common one', () => {
  expect(crc32('123456789').toString(16)).toBe('cbf43926')
})

test.each(KINDS)('a minted %s has its form, is recognized, and is hashed whole', (of) => {
  const minted = mintSecret(of)
  const text = minted.text.reveal()
  expect(text).toMatch(new RegExp(`^whd_${of}_[0-9A-Za-z]{36}$`))
  const hash = createHash('sha256').update(text).digest('hex')
  expect(parseSecret(text)).toEqual({ kind: of, hash })
  expect({ ...minted, text: undefined }).toEqual({ kind: of, hash, hint: text.slice(-4), text: undefined })
  expect(JSON.stringify(minted)).not.toContain(text.slice(8))
})

test('what was written with a given randomness is always the same', () => {
  const minted = mintSecret('pat', (size) => new Uint8Array(size))
  expect(minted.text.reveal()).toBe(`whd_pat_${'0'.repeat(30)}${checksum(`whd_pat_${'0'.repeat(30)}`)}`)
})

test('no character is likelier than another: bytes that would make it so are left out', () => {
  const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  let drawn = ''
  let offset = 0
  const counter = (size: number): Uint8Array => {
    const taken = Uint8Array.from({ length: size }, (_, index) => everyByte[(offset + index) % 256] ?? 0)
    offset += size
    return taken
  }
  // 124 secrets of 30 characters use up 15 rounds of the 248 bytes that count.
  for (let index = 0; index < 124; index++) drawn += mintSecret('pat', counter).text.reveal().slice(8, 38)
  const counts = new Map<string, number>()
  for (const character of drawn) counts.set(character, (counts.get(character) ?? 0) + 1)
  expect([...counts.values()]).toEqual(Array.from({ length: 62 }, () => 60))
})

test('a hundred thousand secrets are all different', () => {
  const hashes = new Set(Array.from({ length: 100_000 }, () => mintSecret('oat').hash))
  expect(hashes.size).toBe(100_000)
})

test('one changed character, or two exchanged ones, and it is none', () => {
  fc.assert(
    fc.property(
      kind,
      fc.nat({ max: 43 }),
      fc.constantFrom('0', 'A', 'Z', 'a', 'z', '9', '_', '-', '.', ' ', '\u0000', 'é'),
      (of, at, other) => {
        const text = mintSecret(of).text.reveal()
        fc.pre(text[at] !== other)
        expect(parseSecret(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined()
        if (at < 43 && text[at] !== text[at + 1]) {
          const exchanged =
            text.slice(0, at) + text.slice(at + 1, at + 2) + text.slice(at, at + 1) + text.slice(at + 2)
          expect(parseSecret(exchanged)).toBeUndefined()
        }
      },
    ),
  )
})

test('a kind can not be swapped for another', () => {
  fc.assert(
    fc.property(kind, kind, (of, other) => {
      fc.pre(of !== other)
      expect(parseSecret(mintSecret(of).text.reveal().replace(of, other))).toBeUndefined()
    }),
  )
})

test.each<readonly [string, unknown]>([
  ['nothing', ''],
  ['undefined', undefined],
  ['null', null],
  ['a number', 44],
  ['an object with a length', { length: 44 }],
  ['a list', ['whd_pat_']],
  ['a symbol', Symbol('whd')],
  ['spaces around', ` ${mintSecret('pat').text.reveal()} `],
  ['a line end', `${mintSecret('pat').text.reveal()}\n`],
  ['capitals', mintSecret('pat').text.reveal().toUpperCase()],
  ['a kind we do not have, rightly summed', withSum(`whd_xyz_${'a'.repeat(30)}`)],
  ['a name every object has, rightly summed', withSum(`whd_toString_${'a'.repeat(25)}`)],
  ['another prefix, rightly summed', withSum(`ghp_pat_${'a'.repeat(30)}`)],
  ['too short, rightly summed', withSum(`whd_pat_${'a'.repeat(29)}`)],
  ['too long, rightly summed', withSum(`whd_pat_${'a'.repeat(31)}`)],
  ['a megabyte', 'a'.repeat(1_000_000)],
  ['a password', 'correct horse battery staple'],
])('%s is no secret', (_, text) => {
  expect(parseSecret(text)).toBeUndefined()
})

test('whatever is given, parsing does not throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.anything()), (text) => parseSecret(text) === undefined))
})

test('made-up secrets of the right form are turned away before any look-up', () => {
  const made = Array.from({ length: 20_000 }, () => `whd_pat_${randomBytes(18).toString('hex')}`)
  expect(made.filter((text) => parseSecret(text) !== undefined)).toEqual([])
})

function withSum(body: string): string {
  return body + checksum(body)
}

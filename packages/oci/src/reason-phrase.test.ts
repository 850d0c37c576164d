import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText } from '../test/arbitraries.ts'
import { REASON_PHRASE_MAX_BYTES, reasonPhrase } from './reason-phrase.ts'
import { singleLine } from './single-line.ts'

const messages = fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 2000 }))

/** What a client that reads the bytes as UTF-8 shows. */
const read = (phrase: string) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(phrase, (byte) => byte.charCodeAt(0)))
const byteLength = (text: string) => new TextEncoder().encode(text).byteLength

describe('singleLine', () => {
  test.each([
    [
      'image access denied: community images not allowed',
      'image access denied: community images not allowed',
    ],
    ['a\r\nSet-Cookie: x', 'a Set-Cookie: x'],
    ['\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['a\u007fb\u0085c\u2028d', 'a b c d'],
    ['invoice\u202efdp.exe', 'invoice fdp.exe'],
    ['  a  b  ', 'a  b'],
    ['half a 🐳: \ud83d', 'half a 🐳: \ufffd'],
    ['\n\n', ''],
  ])('%j', (message, expected) => {
    expect(singleLine(message)).toBe(expected)
  })

  test('doing it twice changes nothing', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(singleLine(singleLine(message))).toBe(singleLine(message))
      }),
    )
  })
})

describe('reasonPhrase', () => {
  test('arrives as it was written', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const line = singleLine(message)
        const arrived = read(reasonPhrase(message))
        expect(line.startsWith(arrived)).toBe(true)
        if (byteLength(line) <= REASON_PHRASE_MAX_BYTES) expect(arrived).toBe(line)
      }),
    )
  })

  // RFC 9112's reason-phrase, which is also what node lets through (`checkInvalidHeaderChar`).
  test('is a reason phrase, and bounded', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const phrase = reasonPhrase(message)
        expect(phrase).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/)
        expect(phrase.length).toBeLessThanOrEqual(REASON_PHRASE_MAX_BYTES)
      }),
    )
  })

  test('is cut between characters', () => {
    const phrase = reasonPhrase(`a${'🐳'.repeat(1000)}`)
    expect(read(phrase)).toBe(`a${'🐳'.repeat(255)}`)
  })
})

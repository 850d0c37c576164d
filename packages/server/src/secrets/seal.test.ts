import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reseal, seal, sealKey, unseal, type SealKey, type SealKeys } from './seal.ts'

const OLD = key(1)
const NEW = key(2)
const before: SealKeys = { current: OLD, previous: undefined }
const during: SealKeys = { current: NEW, previous: OLD }
const after: SealKeys = { current: NEW, previous: undefined }

test('what is sealed opens for its purpose, whatever it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), fc.string(), (plain, purpose) => {
      const opened = unseal(before, purpose, seal(before, purpose, plain))
      expect(opened.type === 'ok' && opened.value.reveal().equals(plain)).toBe(true)
    }),
  )
})

test('the same secret is never sealed to the same text', () => {
  const sealed = Array.from({ length: 1000 }, () => seal(before, 'p', Buffer.from('x')))
  expect(new Set(sealed).size).toBe(1000)
})

test.each([
  ['another purpose', before, 'signing-key:b', 'not-authentic'],
  ['a purpose that only begins the same', before, 'signing-key:a\0', 'not-authentic'],
  ['a key that is not here', after, 'signing-key:a', 'unknown-key'],
] as const)('with %s it does not open', (_, keys, purpose, type) => {
  const sealed = seal(before, 'signing-key:a', Buffer.from('secret'))
  expect(unseal(keys, purpose, sealed)).toMatchObject({ type: 'error', error: { type } })
})

test('one altered character anywhere, and it does not open', () => {
  const sealed = seal(before, 'p', Buffer.from('a secret of some length'))
  for (let index = 0; index < sealed.length; index++) {
    const other = sealed[index] === 'A' ? 'B' : 'A'
    const altered = sealed.slice(0, index) + other + sealed.slice(index + 1)
    if (
      Buffer.from(altered.slice(20), 'base64url').equals(Buffer.from(sealed.slice(20), 'base64url')) &&
      index >= 20
    )
      continue
    expect(unseal(before, 'p', altered).type, `at ${index}`).toBe('error')
  }
})

test.each(['', 'v1', 'v1..', 'plain text', 'v2.0000000000000000.AAAA', `v1.${OLD.id}.`, `v1.${OLD.id}.AAAA`])(
  '`%s` is malformed',
  (text) => {
    expect(unseal(before, 'p', text)).toMatchObject({ type: 'error', error: { type: 'malformed' } })
  },
)

test('rotation: the old key still opens, resealing moves to the new, and then the old may go', () => {
  const sealed = seal(before, 'p', Buffer.from('secret'))
  const moved = reseal(during, 'p', sealed)
  if (moved.type === 'error') throw new Error(moved.error.message)
  expect(moved.value).not.toBe(sealed)
  expect(reseal(during, 'p', moved.value)).toEqual({ type: 'ok', value: moved.value })
  const opened = unseal(after, 'p', moved.value)
  expect(opened.type === 'ok' && opened.value.reveal().toString()).toBe('secret')
  expect(reseal(during, 'q', sealed)).toMatchObject({ type: 'error', error: { type: 'not-authentic' } })
})

test.each([0, 16, 31, 33, 64])('a key of %i bytes is refused', (length) => {
  expect(sealKey(randomBytes(length))).toBeUndefined()
})

test('no message or printed form shows key or secret', () => {
  const sealed = seal(before, 'p', Buffer.from('canary'))
  const shown = JSON.stringify([OLD, unseal(before, 'p', sealed), unseal(after, 'p', sealed)])
  expect(shown).not.toContain('canary')
  expect(shown).not.toContain(OLD.key.reveal().toString('base64'))
})

function key(fill: number): SealKey {
  const made = sealKey(new Uint8Array(32).fill(fill))
  if (made === undefined) throw new Error('the length is wrong')
  return made
}

import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyExport } from './verify-export.ts'

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KEYS = { keys: [{ ...KEY.publicKey.export({ format: 'jwk' }), kid: 'k1' }] }

function signed(payload: object, kid = 'k1', typ = 'whd-audit-head+jwt'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'ES256', typ, kid })}.${part(payload)}`
  const signature = sign('sha256', Buffer.from(text), { key: KEY.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

type Change = { readonly from?: number; readonly to?: number; readonly head?: object }

/** Events one after another, and the head that ends them. */
function log({ from = 1, to = 4, head = {} }: Change = {}): string[] {
  const lines: string[] = []
  let previous = '0'.repeat(64)
  for (let sequence = 1; sequence <= to; sequence += 1) {
    const text = `{"detail":{"subject":"repository/acme/r${sequence}"},"sequence":${sequence},"tenant":"t"}`
    const hash = createHash('sha256').update(previous).update(text).digest('hex')
    if (sequence >= from) lines.push(`{"previousHash":"${previous}","hash":"${hash}","event":${text}}`)
    previous = hash
  }
  const facts = { chain: 't', events: to, head: previous }
  return [...lines, JSON.stringify({ ...facts, signedHead: signed(facts), ...head })]
}

async function verdictOf(lines: readonly string[], keys?: unknown) {
  async function* each() {
    yield* lines
  }
  return verifyExport(each(), keys)
}

test('what was exported whole is intact, from its first event or from a later one', async () => {
  expect(await verdictOf(log(), KEYS)).toMatchObject({
    type: 'intact',
    events: 4,
    first: 1,
    last: 4,
    signature: 'valid',
  })
  expect(await verdictOf(log({ from: 3 }))).toMatchObject({
    type: 'intact',
    first: 3,
    signature: 'unchecked',
  })
  const none = JSON.stringify({ chain: 't', events: 0, head: null, signedHead: null })
  expect(await verdictOf([none])).toMatchObject({ type: 'intact', events: 0, signature: 'none' })
})

const without = (index: number) => log().filter((_, at) => at !== index)
const altered = (index: number, from: string, to: string) =>
  log().map((line, at) => (at === index ? line.replaceAll(from, to) : line))

test.each([
  ['an altered event', altered(1, 'acme/r2', 'acme/r9'), 2, 'event 2 was altered: its hash is another'],
  ['a missing event', without(1), 2, 'event 2 is missing'],
  ['a cut end', log().slice(0, 3), 4, 'it was cut off: the line with the head is missing'],
  ['a missing last event', without(3), 4, 'the head is of other events than these'],
  ['something after the head', [...log(), ...log()], 6, 'something follows the head'],
  ['another file', ['<html>'], 1, 'it is neither an event nor the head'],
  ['nothing', [], 1, 'it was cut off: the line with the head is missing'],
  [
    'a head of somebody’s making',
    log({ head: { signedHead: 'e30.e30.' } }),
    5,
    'the signature is not that of an audit head',
  ],
  [
    'a key that is not ours',
    log({ head: { signedHead: signed({}, 'k2') } }),
    5,
    'the key that signed it, `k2`, is not among those given; keys are replaced every few months',
  ],
  [
    'the signed head of another export',
    log({ head: { signedHead: signed({ chain: 't', events: 3, head: 'x' }) } }),
    5,
    'what was signed is the head of other events than these',
  ],
] as const)('%s is found', async (_what, lines, line, reason) => {
  expect(await verdictOf(lines, KEYS)).toEqual({ type: 'broken', line, reason })
})

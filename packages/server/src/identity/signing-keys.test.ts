import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { sealKey, type SealKeys } from '../secrets/seal.ts'
import { signCompact, verifyCompact } from './jws.ts'
import { toJwks } from './jwks.ts'
import { libtrustKeyId } from './key-id.ts'
import { memorySigningKeyRows } from './test-signing-key-rows.ts'
import { openSigningKeys, usualSchedule, type SigningKeys } from './signing-keys.ts'
import type { SigningKeyRows } from './signing-key-rows.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 10, 21)
const SEALS = seals(1)

test('the first start makes a key, the next finds it', async () => {
  const rows = memorySigningKeyRows()
  const first = await open(rows)
  const second = await open(rows)
  expect(second.current().signing.kid).toBe(first.current().signing.kid)
  expect(rows.all()).toHaveLength(1)
})

test('the private key is not in the rows, and with another seal key nothing starts', async () => {
  const rows = memorySigningKeyRows()
  const keys = await open(rows)
  const { d } = keys.current().signing.privateKey.export({ format: 'jwk' })
  expect(JSON.stringify(rows.all())).not.toContain(d)
  await expect(open(rows, seals(2))).rejects.toThrow('start with the seal key this data was made with')
})

test('families have keys of their own', async () => {
  const rows = memorySigningKeyRows()
  const access = await open(rows)
  const refresh = await openSigningKeys(
    { rows, seals: SEALS, family: 'refresh', schedule: usualSchedule(300) },
    START,
  )
  const shared = [...access.current().verifying.keys()].filter((kid) => refresh.current().verifying.has(kid))
  expect(shared).toEqual([])
})

test('a whole life: announced, used, trusted for what it signed, gone', async () => {
  const rows = memorySigningKeyRows()
  const keys = await open(rows)
  const first = keys.current().signing
  const token = signCompact(first, 'JWT', {})
  expect(await keys.rotate(START + DAY)).toEqual([])

  await keys.rotate(START + 76 * DAY)
  expect(keys.current().signing.kid).toBe(first.kid)
  const announced = toJwks(keys.current()).keys.map(({ kid }) => kid)
  expect(announced).toHaveLength(2)

  await keys.rotate(START + 91 * DAY)
  const second = keys.current().signing
  expect(second.kid).not.toBe(first.kid)
  expect(announced).toContain(second.kid)
  expect(verifyCompact(keys.current(), 'JWT', token).type).toBe('ok')
  expect(rows.all().find(({ kid }) => kid === first.kid)?.sealedPrivateKey).toBeUndefined()

  await keys.rotate(START + 91 * DAY + 300_000)
  expect(verifyCompact(keys.current(), 'JWT', token).type).toBe('ok')
  await keys.rotate(START + 92 * DAY)
  expect(verifyCompact(keys.current(), 'JWT', token)).toMatchObject({
    type: 'error',
    error: { type: 'unknown-key' },
  })
})

test('two replicas that start and rotate at the same moment end up with one signing key, and trust each other', async () => {
  const rows = memorySigningKeyRows()
  const [one, other] = await Promise.all([open(rows), open(rows)])
  for (const day of [0, 76, 91, 92, 167, 182, 183]) {
    await Promise.all([one.rotate(START + day * DAY), other.rotate(START + day * DAY)])
    await Promise.all([one.rotate(START + day * DAY), other.rotate(START + day * DAY)])
    await Promise.all([one.reload(), other.reload()])
    expect(one.current().signing.kid).toBe(other.current().signing.kid)
    expect(verifyCompact(other.current(), 'JWT', signCompact(one.current().signing, 'JWT', {})).type).toBe(
      'ok',
    )
    expect(rows.all().filter(({ state }) => state === 'active')).toHaveLength(1)
  }
})

test('of reads that overtake one another the one begun last counts', async () => {
  const rows = memorySigningKeyRows()
  const gates: (() => void)[] = []
  let slow = false
  const gated: SigningKeyRows = {
    ...rows,
    async list() {
      const read = await rows.list()
      if (slow) await new Promise<void>((go) => gates.push(go))
      return read
    },
  }
  const keys = await open(gated)
  const elsewhere = await open(rows)
  slow = true
  const early = keys.reload()
  await Promise.resolve()
  await elsewhere.rotate(START + 76 * DAY)
  const late = keys.reload()
  while (gates.length < 2) await new Promise((soon) => setImmediate(soon))
  gates[1]?.()
  await late
  expect(keys.current().verifying.size).toBe(2)
  gates[0]?.()
  await early
  expect(keys.current().verifying.size).toBe(2)
})

test('a row whose key was exchanged is refused', async () => {
  const rows = memorySigningKeyRows()
  const other = memorySigningKeyRows()
  await open(rows)
  await open(other)
  const [mine] = rows.all()
  const [theirs] = other.all()
  if (mine === undefined || theirs === undefined) throw new Error('no rows')
  await rows.update('active', { ...mine, publicJwk: theirs.publicJwk })
  await expect(open(rows)).rejects.toThrow("doesn't match its name")
})

test('after a change of the seal key all is sealed anew, and the old seal key may go', async () => {
  const rows = memorySigningKeyRows()
  await open(rows)
  const during: SealKeys = { current: seals(2).current, previous: SEALS.current }
  const keys = await open(rows, during)
  expect([await keys.reseal(), await keys.reseal()]).toEqual([1, 0])
  expect((await open(rows, seals(2))).current().signing.kid).toBe(keys.current().signing.kid)
})

test('what is published verifies with another implementation, and holds nothing private', async () => {
  const keys = await open(memorySigningKeyRows())
  const published = toJwks(keys.current())
  const token = signCompact(keys.current().signing, 'JWT', { iss: 'us', aud: 'them', exp: START / 1000 + 60 })
  const jwks = createLocalJWKSet({ keys: published.keys.map((key) => ({ ...key })) })
  const read = await jwtVerify(token, jwks, {
    issuer: 'us',
    audience: 'them',
    typ: 'JWT',
    algorithms: ['ES256'],
    currentDate: new Date(START),
  })
  expect(read.payload.iss).toBe('us')
  expect(Object.keys(published.keys[0] ?? {}).toSorted()).toEqual([
    'alg',
    'crv',
    'kid',
    'kty',
    'use',
    'x',
    'y',
  ])
  const named = toJwks(keys.current(), 'libtrust')
  expect(named.keys[0]?.kid).toBe(libtrustKeyId(keys.current().signing.publicKey))
})

function open(rows: SigningKeyRows, using: SealKeys = SEALS): Promise<SigningKeys<'access'>> {
  return openSigningKeys({ rows, seals: using, family: 'access', schedule: usualSchedule(300) }, START)
}

function seals(fill: number): SealKeys {
  const current = sealKey(new Uint8Array(32).fill(fill))
  if (current === undefined) throw new Error('the length is wrong')
  return { current, previous: undefined }
}

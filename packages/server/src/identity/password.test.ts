import { hash, parseOptions } from '@node-rs/argon2'
import { expect, test } from 'vitest'
import { NOBODY, passwords } from './password.ts'

const GOOD = 'correct horse battery staple'

test('a password matches its hash, another does not', async () => {
  const { hash: make, verify } = passwords()
  const stored = await make(GOOD)
  if (stored.type === 'error') throw new Error(stored.error.message)
  expect(stored.value).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verify(stored.value, GOOD)).toEqual({ type: 'ok', value: true })
  expect(await verify(stored.value, `${GOOD} `)).toEqual({ type: 'ok', value: false })
})

test.each([
  ['the 73rd byte', 'a'.repeat(72)],
  ['the last byte allowed', 'a'.repeat(1023)],
  ['what follows a zero', 'with\0in it'],
])('%s counts', async (_, beginning) => {
  const { hash: make, verify } = passwords()
  const stored = await make(`${beginning}x`)
  if (stored.type === 'error') throw new Error(stored.error.message)
  expect(await verify(stored.value, `${beginning}y`)).toEqual({ type: 'ok', value: false })
  expect(await verify(stored.value, `${beginning}x`)).toEqual({ type: 'ok', value: true })
})

test('the same characters from another keyboard are the same password', async () => {
  const { hash: make, verify } = passwords()
  const stored = await make('Zu\u0308rich \uFF11\uFF12\uFF13')
  expect(stored.type === 'ok' && (await verify(stored.value, 'Z\u00FCrich 123'))).toEqual({
    type: 'ok',
    value: true,
  })
})

test.each([
  ['', 'too-short'],
  ['seven77', 'too-short'],
  ['\u{1F511}\u{1F511}\u{1F511}\u{1F511}', 'too-short'],
  ['a'.repeat(1025), 'too-long'],
  ['\u{1F511}'.repeat(257), 'too-long'],
  ['a'.repeat(50_000_000), 'too-long'],
])('a password is refused where it is %#', async (password, type) => {
  expect(await passwords().hash(password)).toMatchObject({ type: 'error', error: { type } })
})

test('for an account that is not there the same work is done, and the answer is no', async () => {
  expect(parseOptions(NOBODY)).toEqual(parseOptions(await hash(GOOD)))
  const { verify } = passwords()
  expect(await verify(undefined, GOOD)).toEqual({ type: 'ok', value: false })
})

test('an unknown account takes as long as a known one', async () => {
  const { hash: make, verify } = passwords()
  const stored = await make(GOOD)
  if (stored.type === 'error') throw new Error(stored.error.message)
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
  for (let round = 0; round < 15; round++) {
    times.known.push(await elapsed(() => verify(stored.value, 'a wrong password')))
    times.unknown.push(await elapsed(() => verify(undefined, 'a wrong password')))
  }
  // Medians on a busy machine: a quick answer (without argon2) would be a thousandth.
  expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.5)
  expect(median(times.unknown) / median(times.known)).toBeLessThan(2)
})

test('they wait in line, one at a time, and beyond the line they are told so at once', async () => {
  const { verify } = passwords(3)
  const answers = await Promise.all(Array.from({ length: 5 }, () => verify(undefined, GOOD)))
  const kinds = answers.map((answer) => (answer.type === 'ok' ? 'ok' : answer.error.type))
  expect(kinds).toEqual(['ok', 'ok', 'ok', 'busy', 'busy'])
  expect((await verify(undefined, GOOD)).type).toBe('ok')
})

test('one that fails does not stop the line', async () => {
  const { verify } = passwords()
  const [broken, next] = await Promise.allSettled([verify('not a hash', GOOD), verify(undefined, GOOD)])
  expect(broken.status).toBe('rejected')
  expect(next).toMatchObject({ status: 'fulfilled', value: { type: 'ok' } })
})

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

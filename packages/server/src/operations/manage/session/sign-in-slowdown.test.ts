import { expect, test } from 'vitest'
import { createSignInSlowdown } from './sign-in-slowdown.ts'

const HOUR = 3_600_000

function failTimes(
  slowdown: ReturnType<typeof createSignInSlowdown>,
  times: number,
  account: string,
  address: string,
  now = 0,
) {
  for (let index = 0; index < times; index += 1) slowdown.attempted(account, address, now)
}

test('five attempts are free, then each doubles the wait up to a quarter of an hour', () => {
  const slowdown = createSignInSlowdown()
  const waits: number[] = []
  for (let index = 0; index < 17; index += 1) {
    slowdown.attempted('ann', '192.0.2.1', 0)
    waits.push(slowdown.waitFor('ann', '192.0.2.1', 0) / 1_000)
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900])
})

test.each([
  { what: 'another address isn’t slowed', account: 'ann', address: '192.0.2.2', now: 0, slowed: false },
  { what: 'another account isn’t slowed', account: 'bob', address: '192.0.2.1', now: 0, slowed: false },
  { what: 'the same is', account: 'ann', address: '192.0.2.1', now: 0, slowed: true },
  { what: 'an hour later it is forgiven', account: 'ann', address: '192.0.2.1', now: HOUR, slowed: false },
])('$what', ({ account, address, now, slowed }) => {
  const slowdown = createSignInSlowdown()
  failTimes(slowdown, 6, 'ann', '192.0.2.1')
  expect(slowdown.waitFor(account, address, now) > 0).toBe(slowed)
})

test.each([
  { one: '2001:db8:1:2::1', other: '2001:db8:1:2:ffff::9', same: true },
  { one: '2001:db8:1:2::1', other: '2001:db8:1:3::1', same: false },
  { one: '2001:db8::1', other: '2001:db8:0:0:5::', same: true },
  { one: '::1', other: '0:0:0:0:9::', same: true },
])('$one and $other are one subscriber: $same', ({ one, other, same }) => {
  const slowdown = createSignInSlowdown()
  failTimes(slowdown, 6, 'ann', one)
  expect(slowdown.waitFor('ann', other, 0) > 0).toBe(same)
})

test('one address that tries many accounts is slowed, too, but never for long: it may be an office', () => {
  const slowdown = createSignInSlowdown()
  for (let index = 0; index < 100; index += 1) slowdown.attempted(`user-${index}`, '192.0.2.1', 0)
  expect(slowdown.waitFor('somebody', '192.0.2.1', 0)).toBe(60_000)
})

test('success forgives the account, and isn’t held against the address', () => {
  const slowdown = createSignInSlowdown()
  failTimes(slowdown, 6, 'ann', '192.0.2.1')
  slowdown.succeeded('ann', '192.0.2.1')
  expect(slowdown.waitFor('ann', '192.0.2.1', 0)).toBe(0)
  for (let index = 0; index < 200; index += 1) {
    slowdown.attempted(`user-${index}`, '198.51.100.1', 0)
    slowdown.succeeded(`user-${index}`, '198.51.100.1')
  }
  expect(slowdown.waitFor('user-1', '198.51.100.1', 0)).toBe(0)
})

test('tells once when slowing begins', () => {
  const slowdown = createSignInSlowdown()
  const told = Array.from({ length: 8 }, () => slowdown.attempted('ann', '192.0.2.1', 0))
  expect(told).toEqual([false, false, false, false, true, false, false, false])
})

test('keeps as many as it may, and lets go of what was used longest ago', () => {
  const slowdown = createSignInSlowdown(100)
  failTimes(slowdown, 6, 'ann', '192.0.2.1')
  for (let index = 0; index < 99; index += 1) slowdown.attempted('x', `198.51.${index}.1`, 0)
  expect(slowdown.waitFor('ann', '192.0.2.1', 0)).toBeGreaterThan(0)
  slowdown.attempted('x', '203.0.113.1', 0)
  expect(slowdown.waitFor('ann', '192.0.2.1', 0)).toBe(0)
})

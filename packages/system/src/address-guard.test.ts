import { expect, test } from 'vitest'
import { parseAddress, type Address } from './address.ts'
import { guardAddress, specialRange } from './address-guard.ts'
import { parseCidr } from './cidr.ts'

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['::', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['::ffff:c0a8:101', 'private'],
  ['fd12:3456::1', 'private'],
  ['fec0::1', 'private'],
  ['169.254.1.1', 'link-local'],
  ['fe80::1', 'link-local'],
  ['169.254.169.254', 'metadata'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['100.64.0.1', 'shared'],
  ['198.51.100.7', 'documentation'],
  ['2001:db8::1', 'documentation'],
  ['198.18.0.1', 'benchmarking'],
  ['224.0.0.251', 'multicast'],
  ['ff02::1', 'multicast'],
  ['::127.0.0.1', 'translated'],
  ['64:ff9b::7f00:1', 'translated'],
  ['64:ff9b:1::1', 'translated'],
  ['::ffff:0:127.0.0.1', 'translated'],
  ['2002:7f00:1::', 'translated'],
  ['2001:0:4136:e378::', 'translated'],
  ['255.255.255.255', 'reserved'],
  ['192.0.0.8', 'reserved'],
  ['100::1', 'reserved'],
  ['4000::1', 'unassigned'],
  ['8.8.8.8', undefined],
  ['172.32.0.1', undefined],
  ['100.128.0.1', undefined],
  ['2606:4700::1111', undefined],
])('%s lies in %s', (text, range) => {
  expect(specialRange(address(text))).toBe(range)
})

test('special addresses are refused by name of their range, unless an operator allows them', () => {
  const office = parseCidr('10.20.0.0/16')
  expect(guardAddress(address('10.20.1.1'))).toEqual({ type: 'refused', range: 'private' })
  expect(guardAddress(address('10.20.1.1'), office && [office])).toEqual({ type: 'allowed' })
  expect(guardAddress(address('10.21.1.1'), office && [office])).toEqual({
    type: 'refused',
    range: 'private',
  })
  expect(guardAddress(address('8.8.8.8'))).toEqual({ type: 'allowed' })
})

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`\`${text}\` is malformed`)
  return parsed
}

import fc from 'fast-check'
import { isIP, BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { formatAddress, parseAddress } from './address.ts'
import { cidrContains, formatCidr, parseCidr } from './cidr.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['fe80::1%eth0', 'fe80::1'],
])('`%s` is the address `%s`', (text, canonical) => {
  const address = parseAddress(text)
  expect(address && formatAddress(address)).toBe(canonical)
})

test.each([
  ['octal', '0177.0.0.1'],
  ['hexadecimal', '0x7f.0.0.1'],
  ['one number', '2130706433'],
  ['two parts', '127.1'],
  ['leading zero', '192.0.2.01'],
  ['too large', '192.0.2.256'],
  ['five parts', '1.2.3.4.5'],
  ['a space', ' 192.0.2.1'],
  ['a line end', '192.0.2.1\n'],
  ['other digits', '１92.0.2.1'],
  ['a port', '192.0.2.1:80'],
  ['two gaps', '1::2::3'],
  ['a gap of nothing', '1:2:3:4::5:6:7:8'],
  ['three colons', ':::'],
  ['seven groups', '1:2:3:4:5:6:7'],
  ['nine groups', '1:2:3:4:5:6:7:8:9'],
  ['five digits', '12345::'],
  ['half a gap', ':1:2:3:4:5:6:7'],
  ['IPv4 in the middle', '::192.0.2.1:1'],
  ['IPv4 before the gap', '192.0.2.1::'],
  ['octal inside', '::ffff:0177.0.0.1'],
  ['brackets', '[::1]'],
  ['a zone of a public address', '2001:db8::1%eth0'],
  ['nothing', ''],
  ['very long', '1'.repeat(10_000)],
])('%s is no address: `%s`', (_, text) => {
  expect(parseAddress(text)).toBeUndefined()
})

test('whatever text is given, it is accepted only where Node sees an address too, and prints as the same one', () => {
  const almost = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.stringMatching(/^[0-9a-f:.x%]{0,45}$/),
    fc.string(),
  )
  fc.assert(
    fc.property(almost, (text) => {
      const address = parseAddress(text)
      if (address === undefined) return
      expect(isIP(text)).not.toBe(0)
      expect(parseAddress(formatAddress(address))).toEqual(address)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '::1', false],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['::/0', '2001:db8::1', true],
])('%s contains %s: %s', (range, text, contains) => {
  const cidr = parseCidr(range)
  const address = parseAddress(text)
  if (cidr === undefined || address === undefined) throw new Error('the case is malformed')
  expect(cidrContains(cidr, address)).toBe(contains)
})

test.each([
  '10.0.0.1/8',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/ 8',
  '10.0.0.0/0x8',
  '::/129',
  '::ffff:10.0.0.0/95',
  'fe80::1%eth0/128',
  '/8',
  '',
])('`%s` is no range', (text) => {
  expect(parseCidr(text)).toBeUndefined()
})

test('ranges agree with those of Node', () => {
  const cases = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.constant('ipv4' as const)),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6(), fc.constant('ipv6' as const)),
  )
  fc.assert(
    fc.property(cases, ([network, prefix, text, family]) => {
      const address = parseAddress(text)
      const start = parseAddress(network)
      if (address?.family !== family || start?.family !== family) return
      const below = BigInt((family === 'ipv4' ? 32 : 128) - prefix)
      const cidr = { base: { family, bits: (start.bits >> below) << below }, prefix }
      expect(parseCidr(formatCidr(cidr))).toEqual(cidr)
      const list = new BlockList()
      list.addSubnet(network, prefix, family)
      expect(cidrContains(cidr, address)).toBe(list.check(text, family))
    }),
    { numRuns: 2000 },
  )
})

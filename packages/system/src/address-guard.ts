/**
 * Whether we may open a connection to an address somebody else chose (an upstream, a redirect, a webhook): the
 * guard against being used to reach what only we can reach. Ask about the address that will be dialled, after
 * resolving, at every hop; a name that is checked and resolved again can change in between.
 */
import type { Address } from './address.ts'
import { cidrContains, parseCidr, type Cidr } from './cidr.ts'

/**
 * What isn't the public internet, after IANA's special-purpose registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry). First match names it.
 */
const SPECIAL = {
  metadata: ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'],
  unspecified: ['0.0.0.0/8', '::/128'],
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  shared: ['100.64.0.0/10'],
  documentation: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  benchmarking: ['198.18.0.0/15', '2001:2::/48'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  // Addresses that carry an IPv4 address inside: whoever routes them decides where they really lead.
  translated: [
    '::/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2001::/32',
    '2002::/16',
    '192.88.99.0/24',
    '::ffff:0:0:0/96',
  ],
  reserved: ['192.0.0.0/24', '240.0.0.0/4', '100::/64', '2001::/23', '5f00::/16'],
} as const satisfies Record<string, readonly string[]>

export type SpecialRange = keyof typeof SPECIAL | 'unassigned'
export type AddressVerdict =
  | { readonly type: 'allowed' }
  | { readonly type: 'refused'; readonly range: SpecialRange }

const RANGES: readonly (readonly [SpecialRange, Cidr])[] = Object.entries(SPECIAL).flatMap(([name, ranges]) =>
  ranges.map((text) => [rangeName(name), literal(text)] as const),
)
/** The only IPv6 space handed out so far: what lies outside isn't anybody's public address. */
const GLOBAL_UNICAST = literal('2000::/3')

/** The special range an address belongs to, or `undefined` for one on the public internet. */
export function specialRange(address: Address): SpecialRange | undefined {
  const found = RANGES.find(([, range]) => cidrContains(range, address))
  if (found !== undefined) return found[0]
  return address.family === 'ipv6' && !cidrContains(GLOBAL_UNICAST, address) ? 'unassigned' : undefined
}

/** Public addresses are allowed, others only where `allow` (an operator's configuration) names them. */
export function guardAddress(address: Address, allow: readonly Cidr[] = []): AddressVerdict {
  const range = specialRange(address)
  if (range === undefined || allow.some((cidr) => cidrContains(cidr, address))) return { type: 'allowed' }
  return { type: 'refused', range }
}

function rangeName(name: string): SpecialRange {
  if (Object.hasOwn(SPECIAL, name)) return name as keyof typeof SPECIAL
  throw new Error(`\`${name}\` is not a special range`)
}

function literal(text: string): Cidr {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw new Error(`\`${text}\` is not an address range`)
  return cidr
}

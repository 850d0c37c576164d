/** IP addresses, parsed once. IPv4-mapped IPv6 (`::ffff:192.0.2.1`) is the IPv4 address it stands for, everywhere. */

export type Address = {
  readonly family: 'ipv4' | 'ipv6'
  /** 32 or 128 bits, most significant first. */
  readonly bits: bigint
}

const MAPPED_PREFIX = 0xffffn // ::ffff:0:0/96, https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
const OCTET = /^(?:0|[1-9]\d{0,2})$/
const GROUP = /^[0-9A-Fa-f]{1,4}$/
/** The longest form: six groups, an embedded IPv4 address, a zone. */
const LONGEST = 64

/**
 * Reads an address as Node's sockets and people write it. Dotted decimal only: the octal, hexadecimal and one-number
 * forms that C libraries also accept (`0177.0.0.1`, `0x7f.1`, `2130706433`) are how block lists are passed by.
 * A link-local zone (`fe80::1%eth0`) is dropped. `undefined` for anything else.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST) return undefined
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** The canonical text: dotted decimal, or RFC 5952 (lower case, the longest run of zeros as `::`). */
export function formatAddress(address: Address): string {
  return address.family === 'ipv4' ? formatIpv4(address.bits) : formatIpv6(address.bits)
}

function parseIpv4(text: string): Address | undefined {
  const octets = text.split('.')
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255))
    return undefined
  return { family: 'ipv4', bits: octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n) }
}

function parseIpv6(text: string): Address | undefined {
  const zone = text.indexOf('%')
  const groups = expand(zone < 0 ? text : text.slice(0, zone))
  if (groups === undefined) return undefined
  const bits = groups.reduce((all, group) => (all << 16n) | BigInt(`0x${group}`), 0n)
  if (zone >= 0 && bits >> 118n !== 0x3fan) return undefined // a zone belongs to fe80::/10
  return bits >> 32n === MAPPED_PREFIX
    ? { family: 'ipv4', bits: bits & 0xffff_ffffn }
    : { family: 'ipv6', bits }
}

/** The eight groups of an IPv6 address, `::` filled in, an IPv4 tail turned into two groups. */
function expand(text: string): readonly string[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1))
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === 8 ? head : undefined
  if (tail === undefined || head.length + tail.length > 7) return undefined
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
}

function groupsOf(half: string, last: boolean): readonly string[] | undefined {
  if (half === '') return []
  const groups = half.split(':')
  const final = groups.at(-1)
  if (last && final?.includes('.') === true) {
    const ipv4 = parseIpv4(final)
    if (ipv4 === undefined) return undefined
    groups.splice(-1, 1, (ipv4.bits >> 16n).toString(16), (ipv4.bits & 0xffffn).toString(16))
  }
  return groups.every((group) => GROUP.test(group)) ? groups : undefined
}

function formatIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.')
}

function formatIpv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  const zeros = longestZeros(groups)
  if (zeros.length < 2) return groups.join(':')
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 }
  let length = 0
  for (const [index, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0
    if (length > longest.length) longest = { start: index - length + 1, length }
  }
  return longest
}

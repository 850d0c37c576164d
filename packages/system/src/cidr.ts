import { formatAddress, parseAddress, type Address } from './address.ts'

/** A range of addresses by prefix. `base` has no bits below the prefix. */
export type Cidr = {
  readonly base: Address
  readonly prefix: number
}

const PREFIX = /^(?:0|[1-9]\d{0,2})$/

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address. Bits below the prefix are refused (`10.0.0.1/8` is
 * a slip, and which half was meant can't be known), as are zones. IPv4-mapped ranges become IPv4 ones.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...more] = text.split('/')
  if (more.length > 0 || addressText.includes('%')) return undefined
  const base = parseAddress(addressText)
  if (base === undefined) return undefined
  if (prefixText === undefined) return { base, prefix: width(base) }
  if (!PREFIX.test(prefixText)) return undefined
  const mapped = base.family === 'ipv4' && addressText.includes(':')
  return whole(base, Number(prefixText) - (mapped ? 96 : 0))
}

/** Whether an address lies in the range. Different families never match. */
export function cidrContains(cidr: Cidr, address: Address): boolean {
  if (cidr.base.family !== address.family) return false
  const below = BigInt(width(address) - cidr.prefix)
  return address.bits >> below === cidr.base.bits >> below
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.base)}/${cidr.prefix}`
}

function whole(base: Address, prefix: number): Cidr | undefined {
  if (prefix < 0 || prefix > width(base)) return undefined
  const below = BigInt(width(base) - prefix)
  return (base.bits >> below) << below === base.bits ? { base, prefix } : undefined
}

function width(address: Address): number {
  return address.family === 'ipv4' ? 32 : 128
}

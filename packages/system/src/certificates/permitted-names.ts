import { parseAddress, formatAddress } from '../address.ts'
import { cidrContains, parseCidr, type Cidr } from '../cidr.ts'

/** All an authority can ever speak for: DNS names with everything below them, and address ranges. */
export type PermittedNames = {
  readonly dns: readonly string[]
  readonly ip: readonly Cidr[]
}

/** A name a certificate can be made out to, in its canonical form. */
export type CertificateName =
  | { readonly type: 'dns'; readonly name: string }
  | { readonly type: 'ip'; readonly address: string }

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LOOPBACK = ['127.0.0.0/8', '::1/128'].flatMap((text) => parseCidr(text) ?? [])

/** Reads a DNS name (lower-cased, no final dot, no wildcard) or an IP address (brackets allowed); `undefined` otherwise. */
export function parseCertificateName(text: string): CertificateName | undefined {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'))
  if (address !== undefined) return { type: 'ip', address: formatAddress(address) }
  const name = text.toLowerCase()
  const labels = name.split('.')
  // A last label of digits only is how some resolvers read an IPv4 address (https://url.spec.whatwg.org/#ends-in-a-number-checker).
  const wellFormed =
    name.length <= 253 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return wellFormed ? { type: 'dns', name } : undefined
}

/**
 * What an installation's authority may speak for: its host, what is below it, this machine, and `more`.
 * There is always a DNS name among them: where none is permitted by name, RFC 5280 permits every one.
 */
export function permittedNames(host: CertificateName, more: readonly CertificateName[] = []): PermittedNames {
  const names = [host, ...more]
  const dns = names.flatMap((name) => (name.type === 'dns' ? [name.name] : []))
  const addresses = names.flatMap((name) => (name.type === 'ip' ? (parseCidr(name.address) ?? []) : []))
  return { dns: dns.length > 0 ? dns : ['localhost'], ip: [...LOOPBACK, ...addresses] }
}

/** Whether a certificate for `name` by an authority so constrained would be accepted by its clients. */
export function isPermitted(permitted: PermittedNames, name: CertificateName): boolean {
  if (name.type === 'dns')
    return permitted.dns.some((dns) => name.name === dns || name.name.endsWith(`.${dns}`))
  const address = parseAddress(name.address)
  return address !== undefined && permitted.ip.some((range) => cidrContains(range, address))
}

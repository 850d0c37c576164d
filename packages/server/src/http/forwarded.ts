import type { IncomingMessage } from 'node:http'
import { cidrContains, parseAddress, type Cidr } from '@wharden/system'

/** What a request says of its way to us, after distrust. */
export type Way = { readonly address: string; readonly host: string | undefined; readonly secure: boolean }

/**
 * Who sent a request, to which host, by TLS or not. `X-Forwarded-*` headers count only when the socket itself belongs
 * to a trusted proxy; then the client is the last address of the chain that is not a trusted proxy, because everything
 * to the left of it was written by somebody we don't know.
 */
export function wayOf(request: IncomingMessage, secure: boolean, trusted: readonly Cidr[]): Way {
  const socketAddress = plainAddress(request.socket.remoteAddress ?? '')
  const direct = { address: socketAddress, host: request.headers.host, secure }
  if (!isTrusted(socketAddress, trusted)) return direct
  const hops = listed(request.headers['x-forwarded-for']).map(plainAddress)
  const address = hops.findLast((hop) => !isTrusted(hop, trusted)) ?? socketAddress
  const proto = listed(request.headers['x-forwarded-proto']).at(-1)
  const host = listed(request.headers['x-forwarded-host']).at(-1)
  return { address, host: host ?? direct.host, secure: proto === undefined ? secure : proto === 'https' }
}

function isTrusted(address: string, trusted: readonly Cidr[]): boolean {
  if (trusted.length === 0) return false
  const parsed = parseAddress(address)
  return parsed !== undefined && trusted.some((range) => cidrContains(range, parsed))
}

function listed(header: string | string[] | undefined): readonly string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Sockets that listen on both families give IPv4 addresses as `::ffff:10.0.0.1`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}

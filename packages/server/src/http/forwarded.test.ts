import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { parseCidr } from '@wharden/system'
import { describe, expect, it } from 'vitest'
import { wayOf } from './forwarded.ts'

const TRUSTED = ['10.0.0.0/8', 'fd00::/8'].map(parseCidr).filter((range) => range !== undefined)

function request(from: string, headers: Record<string, string | string[]>): IncomingMessage {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: from })
  const message = new IncomingMessage(socket)
  Object.assign(message.headers, { host: 'registry.test', ...headers })
  return message
}

describe('who sent a request, to which host, by TLS or not', () => {
  it.each([
    ['nobody in front', '192.0.2.7', {}, { address: '192.0.2.7', host: 'registry.test', secure: false }],
    ['an IPv4 client on a dual-stack socket', '::ffff:192.0.2.7', {}, { address: '192.0.2.7' }],
    [
      'a stranger who writes the headers himself',
      '192.0.2.7',
      { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'admin.test', 'x-forwarded-proto': 'https' },
      { address: '192.0.2.7', host: 'registry.test', secure: false },
    ],
    [
      'a trusted proxy',
      '10.1.1.1',
      { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-host': 'images.test', 'x-forwarded-proto': 'https' },
      { address: '192.0.2.7', host: 'images.test', secure: true },
    ],
    [
      'a chain whose left end the client wrote',
      '10.1.1.1',
      { 'x-forwarded-for': '10.9.9.9, 203.0.113.9, 192.0.2.7, 10.2.2.2' },
      { address: '192.0.2.7' },
    ],
    [
      'a chain of proxies only',
      '10.1.1.1',
      { 'x-forwarded-for': '10.2.2.2, 10.3.3.3' },
      { address: '10.1.1.1' },
    ],
    ['an address that is none', '10.1.1.1', { 'x-forwarded-for': 'unknown' }, { address: 'unknown' }],
    ['underscores instead of dashes', '10.1.1.1', { x_forwarded_for: '192.0.2.7' }, { address: '10.1.1.1' }],
    [
      'a proxy that says nothing',
      '10.1.1.1',
      {},
      { address: '10.1.1.1', host: 'registry.test', secure: false },
    ],
    ['a proxy by IPv6', 'fd00::1', { 'x-forwarded-for': '2001:db8::7' }, { address: '2001:db8::7' }],
  ])('%s', (_what, from, headers, expected) => {
    expect(wayOf(request(from, headers), false, TRUSTED)).toMatchObject(expected)
  })
})

import { expect, test } from 'vitest'
import { createSites } from '../../sites.ts'
import { addressOf } from './address.ts'

const table = (
  host: string,
  ports: { readonly http?: number; readonly https?: number },
  ...origins: readonly string[]
) =>
  createSites({
    host,
    httpPort: ports.http,
    httpsPort: ports.https,
    origins: origins.map((origin) => new URL(origin)),
  })

const both = table('registry.test', { http: 5000, https: 5443 })
const public443 = table('registry.test', { https: 5443 }, 'https://registry.example.com')
const plain = table('localhost', { http: 5000 })
const numbered = table('192.0.2.1', { http: 5000, https: 5443 })

test.each([
  ['as it was called', both, true, 'registry.test:5443', 'https://registry.test:5443', 'registry.test:5443'],
  ['by another of its names', both, true, 'localhost:5443', 'https://localhost:5443', 'localhost:5443'],
  [
    'by an organization’s host',
    both,
    true,
    'acme.registry.test:5443',
    'https://acme.registry.test:5443',
    'registry.test:5443',
  ],
  ['without TLS', both, false, 'localhost:5000', 'https://registry.test:5443', 'registry.test:5443'],
  [
    'without TLS, by an organization’s host',
    both,
    false,
    'acme.localhost:5000',
    'https://registry.test:5443',
    'registry.test:5443',
  ],
  ['by an address', both, true, '127.0.0.1:5443', 'https://127.0.0.1:5443', 'registry.test:5443'],
  ['by an address of version 6', both, true, '[::1]:5443', 'https://[::1]:5443', 'registry.test:5443'],
  [
    'behind a proxy',
    public443,
    true,
    'registry.example.com',
    'https://registry.example.com',
    'registry.example.com',
  ],
  ['where there is no TLS at all', plain, false, 'localhost:5000', 'http://localhost:5000', 'localhost:5000'],
  ['where there are no names', numbered, true, '192.0.2.1:5443', 'https://192.0.2.1:5443', '192.0.2.1:5443'],
])('asked %s', (_, sites, secure, host, origin, registries) => {
  const site = sites.find(secure, host)
  if (site === undefined) throw new Error(`\`${host}\` is none of ours`)
  expect(addressOf({ sites: () => sites }, { site })).toEqual({ origin, registries })
})

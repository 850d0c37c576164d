import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSites } from './sites.ts'

const sites = createSites({
  host: 'registry.test',
  httpPort: 5000,
  httpsPort: 5443,
  origins: [new URL('https://images.example.com'), new URL('http://plain.example.com:8080')],
})

describe('which of our addresses was called', () => {
  it.each([
    // secure, Host, origin that the answer uses
    [true, 'registry.test:5443', 'https://registry.test:5443'],
    [true, 'REGISTRY.test:5443', 'https://registry.test:5443'],
    [true, 'registry.test.:5443', 'https://registry.test:5443'],
    [false, 'registry.test:5000', 'http://registry.test:5000'],
    [false, '127.0.0.1:5000', 'http://127.0.0.1:5000'],
    [false, '[::1]:5000', 'http://[::1]:5000'],
    [true, 'images.example.com', 'https://images.example.com'],
    [true, 'images.example.com:443', 'https://images.example.com'],
    [false, 'plain.example.com:8080', 'http://plain.example.com:8080'],
  ])('secure %s, Host %s: root site %s', (secure, host, origin) => {
    expect(sites.find(secure, host)).toMatchObject({ type: 'root', origin })
  })

  it.each([
    [true, 'acme.registry.test:5443', 'acme'],
    [true, 'acme.images.example.com', 'acme'],
    [false, 'acme.localhost:5000', 'acme'],
  ])('secure %s, Host %s: site of organization %s', (secure, host, organization) => {
    expect(sites.find(secure, host)).toMatchObject({ type: 'organization', organization })
  })

  it.each([
    ['another name', true, 'evil.example'],
    ['another port', true, 'registry.test:5444'],
    ['TLS said to be plain', false, 'registry.test:5443'],
    ['plain said to be TLS', true, 'registry.test:5000'],
    ['a suffix of our name', true, 'xregistry.test:5443'],
    ['two labels in front', true, 'a.b.registry.test:5443'],
    ['a reserved name in front', true, 'api.registry.test:5443'],
    ['a name too short for an organization', true, 'a.registry.test:5443'],
    ['user information', true, 'me@registry.test:5443'],
    ['a path', true, 'registry.test:5443/evil'],
    ['two hosts', true, 'registry.test:5443, evil.example'],
    ['no host', true, undefined],
    ['an empty host', true, ''],
    ['a port of six digits', true, 'registry.test:005443'],
    ['a very long host', true, `${'a.'.repeat(200)}registry.test:5443`],
  ])('%s is nobody', (_what, secure, host) => {
    expect(sites.find(secure, host)).toBeUndefined()
  })

  it('never answers with text of the request: every origin comes out of the table', () => {
    const known =
      /^https?:\/\/([a-z0-9-]+\.)?(registry\.test|localhost|127\.0\.0\.1|\[::1\]|images\.example\.com|plain\.example\.com)(:\d+)?$/
    fc.assert(
      fc.property(fc.boolean(), fc.string(), (secure, host) => {
        const site = sites.find(secure, host)
        expect(site === undefined || known.test(site.origin)).toBe(true)
      }),
    )
  })
})

import { expect, test } from 'vitest'
import { parseRegistryHost, REGISTRY_HOST_MAX_LENGTH } from './registry-host.ts'

// distribution's TestDomainRegexp.
test.each([
  'test.com',
  'test.com:10304',
  'localhost',
  'localhost:8080',
  'a',
  'a.b',
  'ab.cd.com',
  'a-b.com',
  'ab.c-om',
  '0101.com',
  '001a.com',
  'b.gbc.io:443',
  'b.gbc.io',
  'xn--n3h.com',
  'Asdf.com',
  '192.168.1.1:75050',
  '192.168.1.1:750050',
  '[fd00:1:2::3]:75050',
  '[fd00123123123]:75050',
  '[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:75050',
  '[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:750505',
  '[::1]',
])('%s is a host', (text) => {
  expect(parseRegistryHost(text)).toBe(text)
})

test.each([
  'test.com:http',
  '-ab.com',
  'ab-.com',
  'ab.-com',
  'ab.com-',
  '[fd00:1:2::3]75050',
  '[fd00:1:2::3]::75050',
  '[fd00:1:2::3%eth0]:75050',
  'fd00:1:2::3:75050',
  '',
  '.',
  'a..b',
  'a.',
  '.a',
  'a_b.com',
  'test.com:',
  ':80',
  '[]',
  'user@host',
  'host/path',
  'host\n',
  'ho st',
  'héé.com',
  'a'.repeat(REGISTRY_HOST_MAX_LENGTH + 1),
])('%j is not', (text) => {
  expect(parseRegistryHost(text)).toBeUndefined()
})

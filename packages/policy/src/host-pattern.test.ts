import { describe, expect, test } from 'vitest'
import { registryHost } from '../test/company.ts'
import { coversHost, formatHostPattern, hostsAndPorts, parseHostPattern } from './host-pattern.ts'

function covers(pattern: string, host: string): boolean {
  const parsed = parseHostPattern(pattern)
  if (parsed.type === 'error') throw new Error(parsed.error)
  return hostsAndPorts(registryHost(host)).some((one) => coversHost(parsed.value, one))
}

describe('which hosts a pattern covers', () => {
  test.each([
    ['quay.io', 'quay.io', true],
    ['quay.io', 'QUAY.IO:443', true],
    ['quay.io', 'quay.io:5000', true],
    ['quay.io', 'evil-quay.io', false],
    ['quay.io', 'sub.quay.io', false],
    ['quay.io', 'quay.io.evil.example', false],
    ['quay.io:5000', 'quay.io:5000', true],
    ['quay.io:5000', 'quay.io', false],
    ['quay.io:443', 'quay.io', true],
    ['quay.io:443', 'quay.io:5000', false],
    ['*.quay.io', 'sub.quay.io', true],
    ['*.quay.io', 'quay.io', false],
    ['*.quay.io', 'deep.sub.quay.io', false],
    ['*.quay.io', 'evilquay.io', false],
    ['**.quay.io', 'deep.sub.quay.io', true],
    ['**.quay.io', 'quay.io', false],
    ['*.quay.io:5000', 'sub.quay.io:5000', true],
    ['*.quay.io:5000', 'sub.quay.io', false],
    ['**', 'anything.example:8443', true],
    ['registry-1.docker.io', 'docker.io', true],
    ['docker.io', 'registry.hub.docker.com', true],
    ['*.docker.io', 'docker.io', true],
    ['127.0.0.1:5000', '127.0.0.1:5000', true],
    ['[::1]:5000', '[::1]:5000', true],
  ])('%s covers %s: %s', (pattern, host, expected) => {
    expect(covers(pattern, host)).toBe(expected)
  })
})

describe('what is no pattern says why', () => {
  test.each([
    ['https://quay.io', 'url'],
    ['quay.io/app', 'path'],
    ['quay.*', 'wildcard'],
    ['*quay.io', 'wildcard'],
    ['a.*.quay.io', 'wildcard'],
    ['***.quay.io', 'wildcard'],
    ['*', 'wildcard'],
    ['', 'host'],
    ['*.', 'host'],
    ['quay..io', 'host'],
    ['quay.io:', 'host'],
    ['quay.io:0', 'port'],
    ['quay.io:65536', 'port'],
    ['*.127.0.0.1', 'address'],
    ['*.[::1]', 'address'],
  ])('%s: %s', (text, problem) => {
    expect(parseHostPattern(text)).toEqual({ type: 'error', error: problem })
  })
})

test.each(['quay.io', 'quay.io:5000', '*.quay.io', '**.quay.io:8443', '**', '[::1]:5000'])(
  '%s is written as it is read',
  (text) => {
    const parsed = parseHostPattern(text)
    expect(parsed.type === 'ok' && formatHostPattern(parsed.value)).toBe(text)
  },
)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyText, imageReferences } from '../test/arbitraries.ts'
import {
  describeImageReferenceProblem,
  familiarName,
  formatImageReference,
  parseImageReference,
  type ImageReference,
} from './image-reference.ts'

// The tables are distribution's own: normalize_test.go and reference_test.go of
// https://github.com/distribution/reference (Apache-2.0).

const F64 = `sha256:${'f'.repeat(64)}`
const HEX_64 = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a'
const A255 = 'a'.repeat(255)

function read(text: string): ImageReference {
  const reference = parseImageReference(text)
  if (reference.type === 'error')
    throw new Error(`${text}: ${describeImageReferenceProblem(reference.error)}`)
  return reference.value
}

describe('what people write, and what docker makes of it', () => {
  // [what is written, domain, path, what docker prints]
  test.each([
    // TestParseRepositoryInfo: familiar, full and ambiguous forms
    ['localhost/fooo', 'localhost', 'fooo', 'localhost/fooo'],
    ['localhost/fooo/bar', 'localhost', 'fooo/bar', 'localhost/fooo/bar'],
    ['LOCALDOMAIN/fooo', 'LOCALDOMAIN', 'fooo', 'LOCALDOMAIN/fooo'],
    ['LOCALDOMAIN/fooo/bar', 'LOCALDOMAIN', 'fooo/bar', 'LOCALDOMAIN/fooo/bar'],
    ['fooo/bar', 'docker.io', 'fooo/bar', 'fooo/bar'],
    ['docker.io/fooo/bar', 'docker.io', 'fooo/bar', 'fooo/bar'],
    ['index.docker.io/fooo/bar', 'docker.io', 'fooo/bar', 'fooo/bar'],
    ['ubuntu', 'docker.io', 'library/ubuntu', 'ubuntu'],
    ['library/ubuntu', 'docker.io', 'library/ubuntu', 'ubuntu'],
    ['docker.io/library/ubuntu', 'docker.io', 'library/ubuntu', 'ubuntu'],
    ['nonlibrary/ubuntu', 'docker.io', 'nonlibrary/ubuntu', 'nonlibrary/ubuntu'],
    ['other/library', 'docker.io', 'other/library', 'other/library'],
    [
      '127.0.0.1:8000/private/moonbase',
      '127.0.0.1:8000',
      'private/moonbase',
      '127.0.0.1:8000/private/moonbase',
    ],
    ['127.0.0.1:8000/privatebase', '127.0.0.1:8000', 'privatebase', '127.0.0.1:8000/privatebase'],
    ['example.com/private/moonbase', 'example.com', 'private/moonbase', 'example.com/private/moonbase'],
    ['example.com/privatebase', 'example.com', 'privatebase', 'example.com/privatebase'],
    ['example.com:8000/privatebase', 'example.com:8000', 'privatebase', 'example.com:8000/privatebase'],
    [
      'index.docker.io/library/ubuntu-12.04-base',
      'docker.io',
      'library/ubuntu-12.04-base',
      'ubuntu-12.04-base',
    ],
    ['docker.io/foo', 'docker.io', 'library/foo', 'foo'],
    ['index.docker.io/foo', 'docker.io', 'library/foo', 'foo'],
    ['library/foo/bar', 'docker.io', 'library/foo/bar', 'library/foo/bar'],
    ['store/foo/bar', 'docker.io', 'store/foo/bar', 'store/foo/bar'],
    ['Foo/bar', 'Foo', 'bar', 'Foo/bar'],
    ['FOO/bar', 'FOO', 'bar', 'FOO/bar'],
    // TestNormalizedSplitHostname
    ['test.com/foo', 'test.com', 'foo', 'test.com/foo'],
    ['test_com/foo', 'docker.io', 'test_com/foo', 'test_com/foo'],
    ['test.com:8080/foo', 'test.com:8080', 'foo', 'test.com:8080/foo'],
    ['test-com:8080/foo', 'test-com:8080', 'foo', 'test-com:8080/foo'],
    ['xn--n3h.com/foo', 'xn--n3h.com', 'foo', 'xn--n3h.com/foo'],
    ['xn--n3h.com:18080/foo', 'xn--n3h.com:18080', 'foo', 'xn--n3h.com:18080/foo'],
    // TestValidateReferenceName
    ['192.168.0.1', 'docker.io', 'library/192.168.0.1', '192.168.0.1'],
    ['192.168.0.1:8/debian', '192.168.0.1:8', 'debian', '192.168.0.1:8/debian'],
    ['[fc00::1]:5000/docker', '[fc00::1]:5000', 'docker', '[fc00::1]:5000/docker'],
    [
      '[fc00:1:2:3:4:5:6:7]:5000/library/debian',
      '[fc00:1:2:3:4:5:6:7]:5000',
      'library/debian',
      '[fc00:1:2:3:4:5:6:7]:5000/library/debian',
    ],
    ['DOCKER/docker', 'DOCKER', 'docker', 'DOCKER/docker'],
    ['docker---rules/docker', 'docker.io', 'docker---rules/docker', 'docker---rules/docker'],
    ['dock__er/docker', 'docker.io', 'dock__er/docker', 'dock__er/docker'],
    // TestReferenceParse
    ['test:5000/repo', 'test:5000', 'repo', 'test:5000/repo'],
    ['sub-dom1.foo.com/bar/baz/quux', 'sub-dom1.foo.com', 'bar/baz/quux', 'sub-dom1.foo.com/bar/baz/quux'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo', '[2001:db8::1]/repo'],
    ['[2001:db8::]:5000/repo', '[2001:db8::]:5000', 'repo', '[2001:db8::]:5000/repo'],
    ['[::1]:5000/repo', '[::1]:5000', 'repo', '[::1]:5000/repo'],
    [`example.com/${A255}`, 'example.com', A255, `example.com/${A255}`],
    // Only a whole name of 64 hex digits is an id.
    [HEX_64.slice(1), 'docker.io', `library/${HEX_64.slice(1)}`, HEX_64.slice(1)],
  ])('%s', (text, domain, path, familiar) => {
    const reference = read(text)
    expect(reference).toEqual({ domain, path })
    expect(formatImageReference(reference)).toBe(`${domain}/${path}`)
    expect(familiarName(reference)).toBe(familiar)
  })

  // Where docker's familiar form means something else when it is read again, ours stays in full.
  test.each([`docker.io/library/${HEX_64}`, 'docker.io/localhost/app', 'docker.io/a.b/app'])('%s', (text) => {
    expect(familiarName(read(text))).toBe(text)
  })
})

describe('tags and digests', () => {
  test.each([
    ['redis:latest', { path: 'library/redis', tag: 'latest' }],
    ['docker.io/library/redis:latest', { path: 'library/redis', tag: 'latest' }],
    [`redis@${F64}`, { path: 'library/redis', digest: F64 }],
    [`dmcgowan/myapp@${F64}`, { path: 'dmcgowan/myapp', digest: F64 }],
    [`busybox:latest@${F64}`, { path: 'library/busybox', tag: 'latest', digest: F64 }],
    ['test.com:5000', { path: 'library/test.com', tag: '5000' }],
    ['lowercase:Uppercase', { path: 'library/lowercase', tag: 'Uppercase' }],
    ['foo_bar.com:8080', { path: 'library/foo_bar.com', tag: '8080' }],
    ['foo/foo_bar.com:8080', { path: 'foo/foo_bar.com', tag: '8080' }],
    ['192.168.1.1:tag', { path: 'library/192.168.1.1', tag: 'tag' }],
    [`localhost:8080@${F64}`, { path: 'library/localhost', tag: '8080', digest: F64 }],
    ['test:5000/repo:tag', { domain: 'test:5000', path: 'repo', tag: 'tag' }],
    [`test:5000/repo:tag@${F64}`, { domain: 'test:5000', path: 'repo', tag: 'tag', digest: F64 }],
    ['192.168.1.1:5000/repo:5050', { domain: '192.168.1.1:5000', path: 'repo', tag: '5050' }],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', { domain: '[2001:db8:1:2:3:4:5:6]', path: 'repo', tag: 'tag' }],
    [`[2001:db8::1]:5000/repo@${F64}`, { domain: '[2001:db8::1]:5000', path: 'repo', digest: F64 }],
    [
      `xn--7o8h.com/myimage:xn--7o8h.com@${F64}`,
      { domain: 'xn--7o8h.com', path: 'myimage', tag: 'xn--7o8h.com', digest: F64 },
    ],
    [
      `${'a/'.repeat(127)}a:tag-puts-this-over-max`,
      { path: `${'a/'.repeat(127)}a`, tag: 'tag-puts-this-over-max' },
    ],
    // distribution knows sha512 where the program that uses it has linked it in; the specification registers it.
    [
      `validname@sha512:${'f'.repeat(128)}`,
      { path: 'library/validname', digest: `sha512:${'f'.repeat(128)}` },
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual({ domain: 'docker.io', ...expected })
  })
})

describe('what is refused', () => {
  test.each([
    [HEX_64, 'identifier'],
    ['', 'name'],
    [':justtag', 'name'],
    [`@${F64}`, 'name'],
    ['https://github.com/docker/docker', 'domain'],
    ['docker/Docker', 'name'],
    ['Uppercase:tag', 'name'],
    ['test:5000/Uppercase/lowercase:tag', 'name'],
    ['docker.io/docker/Docker', 'name'],
    ['-docker', 'name'],
    ['-docker/docker', 'name'],
    ['-docker.io/docker/docker', 'domain'],
    ['docker///docker', 'name'],
    ['docker.io/docker///docker', 'name'],
    ['docker/', 'name'],
    ['/docker', 'name'],
    ['[fc00::1]', 'name'],
    ['[fc00::1]:5000', 'name'],
    ['[2001:db8::1]:tag', 'name'],
    ['fc00::1:5000/debian', 'domain'],
    ['[fe80::1%eth0]:5000/debian', 'domain'],
    ['[fe80::1%@invalidzone]:5000/repo', 'domain'],
    ['[2001:db8:3:4::192.0.2.33]:5000/debian', 'domain'],
    ['localhost:http/name', 'domain'],
    ['bad_hostname.com:8080/myapp:tag', 'domain'],
    ['foo_bar.com:8080/app', 'domain'],
    ['aa/asdf$$^/aa', 'name'],
    ['dock..er/docker', 'domain'],
    ['____/____', 'name'],
    [`domain/${'a'.repeat(256)}:tag`, 'name'],
    [`${'a'.repeat(260)}/docker`, 'name'],
    ['registry.com:8080/myapp:invalid~tag', 'tag'],
    ['repo:', 'tag'],
    ['registry.com:8080/myapp@bad', 'digest'],
    ['registry.com:8080/myapp@sha256:badbadbadbad', 'digest'],
    [`repo@sha256:${'f'.repeat(34)}`, 'digest'],
    [`validname@invaliddigest:${'f'.repeat(64)}`, 'digest'],
    ['repo@', 'digest'],
    [`repo@${F64}:tag`, 'digest'],
    // distribution reads this as a name without a host, which nothing after it expects.
    ['a_b.com/app', 'domain'],
    ['nginx\n', 'name'],
    ['nginx ', 'name'],
  ])('%j', (text, problem) => {
    const reference = parseImageReference(text)
    expect(reference.type === 'error' && reference.error.type).toBe(problem)
    expect(reference.type === 'error' && describeImageReferenceProblem(reference.error)).toMatch(
      /^[^\n]{1,300}$/,
    )
  })
})

describe('laws', () => {
  test('the full form and the familiar form both read back as the reference', () => {
    fc.assert(
      fc.property(imageReferences, (reference) => {
        expect(read(formatImageReference(reference))).toEqual(reference)
        expect(read(familiarName(reference))).toEqual(reference)
      }),
    )
  })

  test('what is read is normal: reading its full form changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reference = parseImageReference(text)
        if (reference.type === 'ok')
          expect(read(formatImageReference(reference.value))).toEqual(reference.value)
      }),
    )
  })
})

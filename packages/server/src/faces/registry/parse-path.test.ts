import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRegistryPath } from './parse-path.ts'

const SHA256 = `sha256:${'a'.repeat(64)}`

describe('what a path below /v2/ names', () => {
  it.each([
    ['/v2', { type: 'base' }],
    ['/v2/', { type: 'base' }],
    ['/v2/?x=1', { type: 'base' }],
    ['/v2/_catalog?n=3', { type: 'catalog' }],
    ['/v2/acme/app/tags/list', { type: 'tags', name: 'acme/app' }],
    ['/v2/a/manifests/tags/list', { type: 'tags', name: 'a/manifests' }],
    ['/v2/acme/app/manifests/latest', { type: 'manifest', reference: { type: 'tag', tag: 'latest' } }],
    [`/v2/acme/app/manifests/${SHA256}`, { type: 'manifest', reference: { type: 'digest', digest: SHA256 } }],
    [
      `/v2/acme/app/manifests/${SHA256.replace(':', '%3A')}`,
      { type: 'manifest', reference: { digest: SHA256 } },
    ],
    [`/v2/acme/app/blobs/${SHA256}`, { type: 'blob', name: 'acme/app', digest: SHA256 }],
    [`/v2/acme/app/referrers/${SHA256}`, { type: 'referrers', digest: SHA256 }],
    ['/v2/acme/app/blobs/uploads/', { type: 'uploads', name: 'acme/app' }],
    ['/v2/acme/app/blobs/uploads', { type: 'uploads', name: 'acme/app' }],
    ['/v2/acme/app/blobs/uploads/0b1-X_9', { type: 'upload', upload: '0b1-X_9' }],
    ['/v2/acme%2Fapp/tags/list', { type: 'tags', name: 'acme/app' }],
    ['/v2/acme%2fapp%2Fx/blobs/uploads/', { type: 'uploads', name: 'acme/app/x' }],
    ['/v2/acme%2Fmanifests%2Fv1/manifests/v2', { type: 'manifest', name: 'acme/manifests/v1' }],
    ['/v2/blobs/uploads/blobs/uploads/', { type: 'uploads', name: 'blobs/uploads' }],
  ])('%s', (target, expected) => {
    expect(parseRegistryPath(target)).toMatchObject({ type: 'ok', value: expected })
  })

  it.each([
    ['an encoded slash in front', '/v2/%2Facme/tags/list', 'name-invalid'],
    ['a way up by encoded slashes', '/v2/acme%2F..%2Fevil/tags/list', 'name-invalid'],
    ['an encoded slash in a tag', '/v2/acme/app/manifests/a%2Fb', 'manifest-unknown'],
    ['an encoded slash twice over', '/v2/acme%252Fapp/tags/list', 'name-invalid'],
    ['an encoded dot', '/v2/acme/%2e%2e/app/tags/list', 'name-invalid'],
    ['a way up', '/v2/acme/../evil/tags/list', 'name-invalid'],
    ['a backslash', '/v2/acme\\app/tags/list', 'name-invalid'],
    ['a semicolon', '/v2/acme;x=1/app/tags/list', 'name-invalid'],
    ['two slashes', '/v2/acme//app/tags/list', 'name-invalid'],
    ['upper case', '/v2/Acme/app/manifests/latest', 'name-invalid'],
    ['no name', '/v2/manifests/latest', 'name-invalid'],
    ['a name too long', `/v2/${'a'.repeat(256)}/manifests/latest`, 'name-invalid'],
    ['an unknown digest algorithm', '/v2/a/b/blobs/md5:abc', 'digest-invalid'],
    ['a short digest', '/v2/a/b/manifests/sha256:abc', 'digest-invalid'],
    ['a tag that can not be', '/v2/a/b/manifests/.hidden', 'manifest-unknown'],
    ['an upload id that can not be', `/v2/a/b/blobs/uploads/${'x'.repeat(65)}`, 'upload-unknown'],
    ['an upload id with a dot', '/v2/a/b/blobs/uploads/..', 'upload-unknown'],
  ])('%s is refused', (_what, target, code) => {
    expect(parseRegistryPath(target)).toMatchObject({ type: 'error', error: { code } })
  })

  it.each([
    '/v2/acme/app',
    '/v2/acme/app/',
    '/v2/acme/app/tags',
    '/v2/acme/app/unknown/x',
    '/v2/_catalog/x',
    '/v2//',
  ])('%s is no endpoint', (target) => {
    expect(parseRegistryPath(target)).toEqual({ type: 'ok', value: undefined })
  })

  it('never throws, and never lets an escape or a way up into a name', () => {
    const piece = fc.constantFrom(
      'acme',
      'app',
      '..',
      '.',
      '',
      '%2F',
      '%2e',
      'manifests',
      'blobs',
      'uploads',
      'tags',
      'list',
      'latest',
      SHA256,
      '\\',
      ';',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const parsed = parseRegistryPath(`/v2/${pieces.join('/')}`)
        if (parsed.type === 'error' || parsed.value === undefined || !('name' in parsed.value)) return
        expect(parsed.value.name).toMatch(/^[a-z0-9._/-]+$/)
        expect(parsed.value.name).not.toContain('..')
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digests, tags } from '../test/arbitraries.ts'
import { formatManifestReference, parseManifestReference } from './manifest-reference.ts'
import { parseTag } from './tag.ts'

describe('parseTag', () => {
  test.each(['latest', '1', '_', 'v1.2.3-rc.1', 'Latest', '1__2..3--4', 'a'.repeat(128)])(
    'accepts %s',
    (text) => {
      expect(parseTag(text)).toBe(text)
    },
  )

  test.each(['', '.a', '-a', 'a b', 'a/b', 'a:b', 'a@b', 'ä', 'a\n', 'a'.repeat(129), '..'])(
    'refuses %j',
    (text) => {
      expect(parseTag(text)).toBeUndefined()
    },
  )
})

describe('parseManifestReference', () => {
  test('reads back every tag and every digest as what it is', () => {
    fc.assert(
      fc.property(tags, digests, (tag, digest) => {
        expect(parseManifestReference(tag)).toEqual({ type: 'tag', tag })
        expect(parseManifestReference(digest)).toEqual({ type: 'digest', digest })
      }),
    )
  })

  test.each(['', 'sha256:abc', 'latest:1', 'sha256:', '../x', '%2e'])('refuses %j', (text) => {
    expect(parseManifestReference(text)).toBeUndefined()
  })

  test('what it accepts is written as it was read', () => {
    fc.assert(
      fc.property(fc.oneof(tags, digests), (text) => {
        const reference = parseManifestReference(text)
        expect(reference && formatManifestReference(reference)).toBe(text)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parseAccessClaims,
  parseChallenges,
  parseContentRange,
  parseDigest,
  parseImageReference,
  parseManifest,
  parseManifestReference,
  parseNextLink,
  parsePage,
  parseRange,
  parseRegistryHost,
  parseRepositoryName,
  parseScopes,
  parseTag,
  reasonPhrase,
  singleLine,
  splitScope,
} from '../src/index.ts'
import { anyText } from './arbitraries.ts'

const encoder = new TextEncoder()
const INDEX = 'application/vnd.oci.image.index.v1+json'

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseChallenges,
  parseContentRange,
  parseDigest,
  parseImageReference,
  'parseManifest, the document': (text) => parseManifest(encoder.encode(text), INDEX),
  'parseManifest, the content-type': (text) => parseManifest(encoder.encode('{}'), text),
  parseManifestReference,
  parseNextLink,
  'parsePage, n': (text) => parsePage(text, undefined, 100),
  'parsePage, last': (text) => parsePage(undefined, text, 100),
  parseRange: (text) => parseRange(text, 1000),
  parseRegistryHost,
  parseRepositoryName,
  parseScopes: (text) => parseScopes([text]),
  parseTag,
  reasonPhrase,
  singleLine,
  splitScope,
}

const MANY = 50_000

/** Each makes some careless expression go quadratic, or worse: what repeats, and then what spoils the match. */
const HOSTILE: readonly string[] = [
  'a'.repeat(MANY),
  `${'a'.repeat(MANY)}!`,
  `${'a/'.repeat(MANY)}!`,
  `${'a-'.repeat(MANY)}!`,
  `${'-'.repeat(MANY)}!`,
  `a${'-'.repeat(MANY)}!`,
  `a${'_'.repeat(MANY)}!`,
  `${'a.'.repeat(MANY)}!`,
  `${'a'.repeat(MANY)}:${'a'.repeat(MANY)}@${'a'.repeat(MANY)}`,
  `[${':'.repeat(MANY)}`,
  ':'.repeat(MANY),
  ','.repeat(MANY),
  `repository:a:${'pull,'.repeat(MANY)}`,
  'repository:a:pull '.repeat(MANY),
  `${' '.repeat(MANY)}!`,
  `a${' '.repeat(MANY)}!`,
  `a=${' '.repeat(MANY)}!`,
  `Bearer ${'a=b'.repeat(MANY)}`,
  `Bearer a="${'\\'.repeat(MANY)}`,
  `Bearer a="${'"'.repeat(MANY)}`,
  'Bearer '.repeat(MANY),
  'Bearer,'.repeat(MANY),
  '<'.repeat(MANY),
  '<a>;'.repeat(MANY),
  `<a>${';a="'.repeat(MANY)}`,
  `<a>${' ;'.repeat(MANY)}`,
  `bytes=${'0'.repeat(MANY)}-${'9'.repeat(MANY)}`,
  `bytes=${'0-1,'.repeat(MANY)}`,
  `bytes=${' '.repeat(MANY)}0-1${' '.repeat(MANY)}!`,
  '\u0000'.repeat(MANY),
  '\ud800'.repeat(MANY),
  `a${'\n'.repeat(MANY)}a`,
  '['.repeat(MANY),
  '{"a":'.repeat(MANY),
  `{"mediaType":"${INDEX}","schemaVersion":2,"manifests":[${'{},'.repeat(MANY)}{}]}`,
  `{"mediaType":"${INDEX}","schemaVersion":2,"manifests":${'['.repeat(MANY)}${']'.repeat(MANY)}}`,
]

describe.each(Object.entries(PARSERS))('%s', (_name, parse) => {
  test('never throws', () => {
    fc.assert(
      fc.property(anyText, (text) => void parse(text)),
      { numRuns: 1000 },
    )
  })

  // Linear work on these takes single milliseconds; quadratic work (50,000² steps) takes many seconds.
  test('takes bounded time on hostile input', () => {
    for (const text of HOSTILE) {
      const start = performance.now()
      parse(text)
      expect(performance.now() - start, text.slice(0, 20)).toBeLessThan(1000)
    }
  })
})

test('parseAccessClaims never throws', () => {
  fc.assert(fc.property(fc.anything(), (value) => void parseAccessClaims(value)))
})

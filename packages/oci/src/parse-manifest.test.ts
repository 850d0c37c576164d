import { describe, expect, test } from 'vitest'
import { describeManifestProblem, type ManifestProblem } from './manifest-problem.ts'
import { MANIFEST_MAX_BYTES, MANIFEST_MAX_DESCRIPTORS } from './manifest.ts'
import { parseManifest } from './parse-manifest.ts'
import { referrerType } from './referrer-type.ts'

const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json'
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip'

const digest = (hex: string) => `sha256:${hex.repeat(64)}`
const config = { mediaType: CONFIG_TYPE, digest: digest('a'), size: 10 }
const layer = { mediaType: LAYER_TYPE, digest: digest('b'), size: 20 }
const child = { mediaType: OCI_IMAGE, digest: digest('c'), size: 30 }
const subject = { mediaType: OCI_IMAGE, digest: digest('d'), size: 40 }

type Document = Readonly<Record<string, unknown>>

const image: Document = { schemaVersion: 2, mediaType: OCI_IMAGE, config, layers: [layer] }
const index: Document = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [child] }
const dockerImage: Document = { ...image, mediaType: DOCKER_IMAGE }
const dockerList: Document = { ...index, mediaType: DOCKER_LIST }

const bytesOf = (text: string) => new TextEncoder().encode(text)
const parse = (document: unknown, contentType: string) =>
  parseManifest(bytesOf(JSON.stringify(document)), contentType)

function read(document: Document, contentType = String(document['mediaType'])) {
  const manifest = parse(document, contentType)
  if (manifest.type === 'error') throw new Error(describeManifestProblem(manifest.error))
  return manifest.value
}

function problem(document: unknown, contentType: string): ManifestProblem {
  const manifest = parse(document, contentType)
  if (manifest.type === 'ok') throw new Error('this should have been refused')
  expect(describeManifestProblem(manifest.error)).toMatch(/^[a-z][^\n]{1,400}$/)
  return manifest.error
}

const without = (document: Document, key: string): Document =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== key))

describe('the four kinds', () => {
  const configDescriptor = { ...config, foreign: false }
  const layerDescriptor = { ...layer, foreign: false }
  const childDescriptor = { ...child, foreign: false }

  test.each([[OCI_IMAGE, image] as const, [DOCKER_IMAGE, dockerImage] as const])(
    '%s',
    (mediaType, document) => {
      expect(read(document)).toEqual({
        type: 'image',
        mediaType,
        annotations: {},
        configMediaType: CONFIG_TYPE,
        blobs: [configDescriptor, layerDescriptor],
        manifests: [],
      })
    },
  )

  test.each([[OCI_INDEX, index] as const, [DOCKER_LIST, dockerList] as const])(
    '%s',
    (mediaType, document) => {
      expect(read(document)).toEqual({
        type: 'index',
        mediaType,
        annotations: {},
        blobs: [],
        manifests: [childDescriptor],
      })
    },
  )

  test('an artifact says what it is, and what it is about', () => {
    const manifest = read({
      ...image,
      artifactType: 'application/spdx+json',
      annotations: { 'org.example.key': 'value' },
      subject,
    })
    expect(manifest.subject).toEqual({ ...subject, foreign: false })
    expect(manifest.artifactType).toBe('application/spdx+json')
    expect(manifest.annotations).toEqual({ 'org.example.key': 'value' })
    expect(referrerType(manifest)).toBe('application/spdx+json')
  })

  test('without an artifact type, a referrer is listed by its config’s', () => {
    expect(referrerType(read(image))).toBe(CONFIG_TYPE)
    expect(referrerType(read(index))).toBeUndefined()
  })

  test('an index may have a subject too', () => {
    expect(read({ ...index, subject }).subject?.digest).toBe(subject.digest)
  })

  test('docker’s manifests have no subject', () => {
    expect(read({ ...dockerImage, subject }).subject).toBeUndefined()
  })

  test('a descriptor keeps what an answer may need', () => {
    const details = {
      annotations: { a: 'b' },
      artifactType: 'application/x',
      urls: ['https://example.com'],
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
    }
    expect(read({ ...index, manifests: [{ ...child, ...details }] }).manifests).toEqual([
      { ...child, foreign: false, ...details },
    ])
  })
})

describe('let through', () => {
  test.each([
    ['a layer twice', { ...image, layers: [layer, layer] }],
    ['no layers', { ...image, layers: [] }],
    ['no layers, as Go writes a nil slice', { ...image, layers: null }],
    ['no manifests', { ...index, manifests: [] }],
    ['no manifests, as Go writes a nil slice', { ...index, manifests: null }],
    ['parts that are null', { ...image, subject: null, annotations: null, artifactType: null }],
    ['parts we don’t know', { ...image, 'org.example': { layers: 1 }, config: { ...config, new: [] } }],
    ['an empty blob', { ...image, layers: [{ ...layer, size: 0 }] }],
    ['sha512', { ...image, config: { ...config, digest: `sha512:${'a'.repeat(128)}` } }],
    ['embedded content', { ...image, config: { ...config, size: 2, data: 'e30=' } }],
    [
      'many annotations',
      {
        ...image,
        annotations: Object.fromEntries(
          Array.from({ length: 390 }, (_, at) => [`a${at}`, 'A'.repeat(10_000)]),
        ),
      },
    ],
    ['a prototype’s name as a key', { ...image, annotations: { constructor: 'x', ['__proto__']: 'y' } }],
  ])('%s', (_what, document) => {
    expect(() => read(document)).not.toThrow()
  })
})

describe('what it is', () => {
  test.each<[what: string, document: Document, contentType: string]>([
    ['both say it', image, OCI_IMAGE],
    ['parameters and case don’t matter', image, `${OCI_IMAGE.toUpperCase()} ; charset=utf-8`],
    ['only the request says it', without(image, 'mediaType'), OCI_IMAGE],
    ['only the document says it', image, ''],
    ['only docker’s document says it', dockerImage, ''],
  ])('%s', (_what, document, contentType) => {
    expect(read(document, contentType).type).toBe('image')
  })

  test.each<[what: string, document: Document, contentType: string, type: ManifestProblem['type']]>([
    ['they disagree', image, OCI_INDEX, 'type-mismatch'],
    [
      'they disagree on an empty one',
      without(without(image, 'config'), 'layers'),
      OCI_INDEX,
      'type-mismatch',
    ],
    ['they disagree on the family', image, DOCKER_IMAGE, 'type-mismatch'],
    ['a docker document doesn’t say it', without(dockerImage, 'mediaType'), DOCKER_IMAGE, 'type-mismatch'],
    [
      'the document’s case differs',
      { ...image, mediaType: OCI_IMAGE.toUpperCase() },
      OCI_IMAGE,
      'type-mismatch',
    ],
    ['nobody says it', without(image, 'mediaType'), '', 'unsupported-type'],
    ['another type', image, 'application/json', 'unsupported-type'],
    [
      'the retired artifact manifest',
      { ...image, mediaType: 'application/vnd.oci.artifact.manifest.v1+json' },
      'application/vnd.oci.artifact.manifest.v1+json',
      'unsupported-type',
    ],
    ['a name every object has', image, 'toString', 'unsupported-type'],
    ['a type that is no text', { ...image, mediaType: 1 }, OCI_IMAGE, 'invalid'],
  ])('refused: %s', (_what, document, contentType, type) => {
    expect(problem(document, contentType).type).toBe(type)
  })
})

describe('docker schema 1 is refused', () => {
  test.each([
    [
      { schemaVersion: 1, name: 'a', tag: 'b', fsLayers: [] },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    [
      { schemaVersion: 1, name: 'a', tag: 'b', fsLayers: [] },
      'application/vnd.docker.distribution.manifest.v1+json',
    ],
    [{ schemaVersion: 1, fsLayers: [] }, ''],
    [{ ...image, schemaVersion: 1 }, OCI_IMAGE],
    [{ ...image, fsLayers: [] }, OCI_IMAGE],
  ])('%j as %s', (document, contentType) => {
    expect(problem(document, contentType)).toEqual({ type: 'schema-1' })
  })
})

// CVE-2021-41190: one digest that two clients read as two images.
describe('ambiguous documents are refused', () => {
  test.each<[document: Document, key: string, reason: 'other-kind' | 'look-alike']>([
    [{ ...image, manifests: [child] }, 'manifests', 'other-kind'],
    [{ ...image, manifests: [] }, 'manifests', 'other-kind'],
    [{ ...image, manifests: null }, 'manifests', 'other-kind'],
    [{ ...dockerImage, manifests: [child] }, 'manifests', 'other-kind'],
    [{ ...index, layers: [layer] }, 'layers', 'other-kind'],
    [{ ...index, config }, 'config', 'other-kind'],
    [{ ...dockerList, layers: [] }, 'layers', 'other-kind'],
    // Go's decoder doesn't look at the case of keys; nearly every client is written in Go.
    [{ ...image, Layers: [child] }, 'Layers', 'look-alike'],
    [{ ...image, MANIFESTS: [child] }, 'MANIFESTS', 'look-alike'],
    [{ ...image, 'layer\u017f': [layer] }, 'layer\u017f', 'look-alike'],
    [{ ...image, mediatype: OCI_INDEX }, 'mediatype', 'look-alike'],
    [{ ...image, FSLayers: [] }, 'FSLayers', 'look-alike'],
    [{ ...image, config: { ...config, Digest: digest('e') } }, 'Digest', 'look-alike'],
    [{ ...image, layers: [layer, { ...layer, SIZE: 1 }] }, 'SIZE', 'look-alike'],
    [{ ...image, subject: { ...subject, MediaType: 'x' } }, 'MediaType', 'look-alike'],
    [{ ...index, manifests: [{ ...child, Platform: {} }] }, 'Platform', 'look-alike'],
  ])('%j', (document, key, reason) => {
    expect(problem(document, String(document['mediaType']))).toEqual({ type: 'ambiguous', key, reason })
  })

  test('a key of another language isn’t one of ours', () => {
    expect(() => read({ ...image, schichten: [], ebenen: 1, σ: 2 })).not.toThrow()
  })
})

describe('broken parts are refused, and named', () => {
  const inConfig = (part: Document) => ({ ...image, config: { ...config, ...part } })
  const inLayer = (part: Document) => ({ ...image, layers: [layer, { ...layer, ...part }] })

  test.each<[path: string, document: Document]>([
    ['schemaVersion', without(image, 'schemaVersion')],
    ['schemaVersion', { ...image, schemaVersion: 3 }],
    ['schemaVersion', { ...image, schemaVersion: '2' }],
    ['config', without(image, 'config')],
    ['config', { ...image, config: null }],
    ['config', { ...image, config: 'x' }],
    ['layers', without(image, 'layers')],
    ['layers', { ...image, layers: {} }],
    ['layers.0', { ...image, layers: [null] }],
    ['manifests', without(index, 'manifests')],
    ['annotations', { ...image, annotations: [] }],
    ['annotations', { ...image, annotations: { a: 1 } }],
    ['config.annotations', { ...image, config: { ...config, annotations: { a: null } } }],
    ['subject', { ...image, subject: [] }],
    ['subject.digest', { ...image, subject: { ...subject, digest: 'sha256:d' } }],
    ['config.digest', inConfig({ digest: undefined })],
    ['config.digest', inConfig({ digest: `sha256:${'A'.repeat(64)}` })],
    ['config.digest', inConfig({ digest: `md5:${'a'.repeat(32)}` })],
    ['config.size', inConfig({ size: undefined })],
    ['config.size', inConfig({ size: -1 })],
    ['config.size', inConfig({ size: 1.5 })],
    ['config.size', inConfig({ size: '10' })],
    ['config.size', inConfig({ size: 2 ** 53 })],
    ['config.mediaType', inConfig({ mediaType: '' })],
    ['config.mediaType', inConfig({ mediaType: 'a\nb' })],
    ['config.mediaType', inConfig({ mediaType: 'a'.repeat(256) })],
    ['config.data', inConfig({ data: 'e30=' })],
    ['config.data', inConfig({ size: 2, data: '{}' })],
    ['config.data', inConfig({ size: 3, data: 'e30' })],
    ['layers.1.digest', inLayer({ digest: 'latest' })],
    ['layers.1.urls', inLayer({ urls: 'https://example.com' })],
    ['layers.1.urls.0', inLayer({ urls: [1] })],
  ])('%s', (path, document) => {
    expect(problem(document, String(document['mediaType']))).toMatchObject({ type: 'invalid', path })
  })

  test('one content with two sizes', () => {
    const document = { ...image, layers: [layer, { ...layer, size: 21 }] }
    expect(problem(document, OCI_IMAGE)).toEqual({ type: 'sizes-differ', digest: layer.digest })
  })
})

describe('what is no JSON object is refused', () => {
  const text = JSON.stringify(image)
  test.each([
    ['nothing', new Uint8Array()],
    ['text', bytesOf('hello')],
    ['a list', bytesOf('[]')],
    ['null', bytesOf('null')],
    ['half a document', bytesOf(text.slice(0, -1))],
    ['two documents', bytesOf(text + text)],
    ['a byte order mark', bytesOf(`\ufeff${text}`)],
    ['broken UTF-8', Uint8Array.from([...bytesOf('{"a":"'), 0xff, ...bytesOf('"}')])],
    ['nesting without end', bytesOf('['.repeat(100_000))],
  ])('%s', (_what, bytes) => {
    expect(parseManifest(bytes, OCI_IMAGE)).toEqual({ type: 'error', error: { type: 'not-json' } })
  })
})

describe('limits', () => {
  test('4 MiB are read, one byte more is refused', () => {
    const text = JSON.stringify(image)
    const full = bytesOf(text + ' '.repeat(MANIFEST_MAX_BYTES - text.length))
    expect(parseManifest(full, OCI_IMAGE).type).toBe('ok')
    const over = Uint8Array.from([...full, 0x20])
    expect(parseManifest(over, OCI_IMAGE)).toEqual({
      type: 'error',
      error: { type: 'too-large', limit: MANIFEST_MAX_BYTES },
    })
  })

  const listOf = (length: number) => Array.from({ length }, () => layer)
  test.each([
    ['layers', image],
    ['manifests', index],
  ])('so many %s are read, one more is refused', (key, document) => {
    const list = listOf(MANIFEST_MAX_DESCRIPTORS)
    expect(() => read({ ...document, [key]: list })).not.toThrow()
    expect(problem({ ...document, [key]: [...list, layer] }, String(document['mediaType']))).toEqual({
      type: 'too-many',
      key,
      count: MANIFEST_MAX_DESCRIPTORS + 1,
      limit: MANIFEST_MAX_DESCRIPTORS,
    })
  })
})

describe('foreign layers', () => {
  test.each([
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
  ])('%s', (mediaType) => {
    const manifest = read({
      ...image,
      layers: [{ ...layer, mediaType, urls: ['https://example.com/layer'] }, layer],
    })
    expect(manifest.blobs.map(({ foreign }) => foreign)).toEqual([false, true, false])
  })

  test('`urls` alone make no layer foreign, and no type makes a config so', () => {
    const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar'
    const manifest = read({
      ...image,
      config: { ...config, mediaType },
      layers: [{ ...layer, urls: ['https://x'] }],
    })
    expect(manifest.blobs.map(({ foreign }) => foreign)).toEqual([false, false])
  })
})

test('what a problem says is bounded, whatever the document holds', () => {
  const long = 'x'.repeat(100_000)
  for (const error of [
    problem({ ...image, mediaType: long }, OCI_IMAGE),
    problem(image, long),
    problem({ ...image, [`LAYERS`]: long }, OCI_IMAGE),
  ])
    expect(describeManifestProblem(error).length).toBeLessThan(500)
})

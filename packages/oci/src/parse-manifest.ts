import type { Descriptor } from './descriptor.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { findAmbiguity } from './manifest-ambiguity.ts'
import { readImage, readIndex } from './manifest-body.ts'
import { MANIFEST_MAX_BYTES, MANIFEST_MAX_DESCRIPTORS, type Manifest } from './manifest.ts'
import type { ManifestProblem } from './manifest-problem.ts'
import {
  isManifestMediaType,
  isSchema1MediaType,
  MANIFEST_TYPES,
  mediaTypeOf,
  type ManifestMediaType,
} from './media-type.ts'
import { error, ok, type Result } from './result.ts'

type Parsed<Value> = Result<Value, ManifestProblem>

/**
 * Reads a manifest or an index: OCI's, or Docker's schema 2. Its own `mediaType` and the request's `Content-Type` must
 * agree; either may be missing (`contentType` `''`), but Docker's documents must say what they are. Unknown parts are
 * let through, as the specification demands; duplicate keys are JSON's own affair (the last one counts, here as in Go).
 */
export function parseManifest(bytes: Uint8Array, contentType: string): Parsed<Manifest> {
  if (bytes.byteLength > MANIFEST_MAX_BYTES) return error({ type: 'too-large', limit: MANIFEST_MAX_BYTES })
  const document = readJson(bytes)
  if (document === undefined) return error({ type: 'not-json' })
  const mediaType = agreedType(document, mediaTypeOf(contentType))
  if (mediaType.type === 'error') return mediaType
  const { type, family } = MANIFEST_TYPES[mediaType.value]
  const problem = findExcess(document) ?? findAmbiguity(document, type)
  if (problem !== undefined) return error(problem)
  const body = type === 'image' ? readImage(document) : readIndex(document)
  if (body.type === 'error') return body
  const read: Manifest = { type, mediaType: mediaType.value, ...body.value }
  const manifest = family === 'docker' ? withoutSubject(read) : read
  const digest = sizesDiffer([...manifest.blobs, ...manifest.manifests])
  return digest === undefined ? ok(manifest) : error({ type: 'sizes-differ', digest })
}

// A byte order mark is kept, so that JSON.parse refuses it as Go does.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    const document: unknown = JSON.parse(decoder.decode(bytes))
    return isJsonObject(document) ? document : undefined
  } catch {
    return undefined
  }
}

function agreedType(document: JsonObject, contentType: string): Parsed<ManifestMediaType> {
  const declared = document['mediaType'] ?? ''
  if (typeof declared !== 'string')
    return error({ type: 'invalid', path: 'mediaType', reason: 'must be a string' })
  const mediaType = contentType === '' ? declared : contentType
  if (isSchema1MediaType(mediaType) || isSchema1(document)) return error({ type: 'schema-1' })
  if (!isManifestMediaType(mediaType)) return error({ type: 'unsupported-type', mediaType })
  const optional = MANIFEST_TYPES[mediaType].family === 'oci'
  if (declared === mediaType || (declared === '' && optional)) return ok(mediaType)
  return error({ type: 'type-mismatch', contentType: mediaType, mediaType: declared })
}

function isSchema1(document: JsonObject): boolean {
  return document['schemaVersion'] === 1 || Object.hasOwn(document, 'fsLayers')
}

function findExcess(document: JsonObject): ManifestProblem | undefined {
  for (const key of ['layers', 'manifests'] as const) {
    const list = document[key]
    if (Array.isArray(list) && list.length > MANIFEST_MAX_DESCRIPTORS)
      return { type: 'too-many', key, count: list.length, limit: MANIFEST_MAX_DESCRIPTORS }
  }
  return undefined
}

function withoutSubject({ subject: _subject, ...manifest }: Manifest): Manifest {
  return manifest
}

/** One content has one size: of two, one is a lie, and clients would stop reading at different bytes. */
function sizesDiffer(descriptors: readonly Descriptor[]): string | undefined {
  const sizes = new Map<string, number>()
  for (const { digest, size } of descriptors) {
    if ((sizes.get(digest) ?? size) !== size) return digest
    sizes.set(digest, size)
  }
  return undefined
}

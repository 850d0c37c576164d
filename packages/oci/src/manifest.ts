import { z } from 'zod'
import {
  annotationsSchema,
  descriptorSchema,
  mediaTypeSchema,
  toDescriptor,
  toLayer,
  type Annotations,
  type Descriptor,
} from './descriptor.ts'
import { findAmbiguity, isJsonObject, type JsonObject } from './manifest-ambiguity.ts'
import type { ManifestProblem } from './manifest-problem.ts'
import {
  isManifestMediaType,
  isSchema1MediaType,
  MANIFEST_TYPES,
  mediaTypeOf,
  type ManifestMediaType,
} from './media-type.ts'
import { error, ok, type Result } from './result.ts'

/** What a registry needs to know of a manifest; the document itself is kept as the bytes it came in. */
export type Manifest = {
  readonly type: 'image' | 'index'
  readonly mediaType: ManifestMediaType
  readonly artifactType?: string
  readonly configMediaType?: string
  readonly annotations: Annotations
  /** What this is about; need not exist. Docker's manifests have none. */
  readonly subject?: Descriptor
  /** An image's config, then its layers. */
  readonly blobs: readonly Descriptor[]
  /** An index's manifests. */
  readonly manifests: readonly Descriptor[]
}

/** What clients may count on: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
export const MANIFEST_MAX_BYTES = 4 * 1024 * 1024

/** Layers of an image, or manifests of an index: each is a link to check and to keep. Docker runs at most 127 layers. */
export const MANIFEST_MAX_DESCRIPTORS = 4096

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
  const problem = findAmbiguity(document, type) ?? findExcess(document)
  if (problem !== undefined) return error(problem)
  const read = type === 'image' ? readImage(document, mediaType.value) : readIndex(document, mediaType.value)
  if (read.type === 'error') return read
  const manifest = family === 'docker' ? withoutSubject(read.value) : read.value
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
  if (typeof declared !== 'string') return invalid('mediaType', 'must be a string')
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

const common = {
  schemaVersion: z.literal(2),
  artifactType: mediaTypeSchema.nullish(),
  annotations: annotationsSchema.nullish(),
  subject: descriptorSchema.nullish(),
}

// An empty list is `null` in what Go writes of a nil slice.
const descriptorsSchema = z.array(descriptorSchema).nullable()
const imageSchema = z.object({ ...common, config: descriptorSchema, layers: descriptorsSchema })
const indexSchema = z.object({ ...common, manifests: descriptorsSchema })

function readImage(document: JsonObject, mediaType: ManifestMediaType): Parsed<Manifest> {
  const read = imageSchema.safeParse(document)
  if (!read.success) return firstIssue(read.error)
  const { config, layers } = read.data
  return ok({
    type: 'image',
    mediaType,
    ...commonParts(read.data),
    configMediaType: config.mediaType,
    blobs: [toDescriptor(config), ...(layers ?? []).map(toLayer)],
    manifests: [],
  })
}

function readIndex(document: JsonObject, mediaType: ManifestMediaType): Parsed<Manifest> {
  const read = indexSchema.safeParse(document)
  if (!read.success) return firstIssue(read.error)
  const manifests = (read.data.manifests ?? []).map(toDescriptor)
  return ok({ type: 'index', mediaType, ...commonParts(read.data), blobs: [], manifests })
}

type Common = Pick<z.infer<typeof indexSchema>, 'artifactType' | 'annotations' | 'subject'>

function commonParts({ artifactType, annotations, subject }: Common) {
  return {
    ...(artifactType != null && { artifactType }),
    annotations: annotations ?? {},
    ...(subject != null && { subject: toDescriptor(subject) }),
  }
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

function firstIssue({ issues: [issue] }: z.ZodError): Parsed<never> {
  return invalid(issue?.path.map(String).join('.') ?? '', lowerFirst(issue?.message ?? 'not as specified'))
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function invalid(path: string, reason: string): Parsed<never> {
  return error({ type: 'invalid', path, reason })
}

import { z } from 'zod'
import {
  annotationsSchema,
  descriptorSchema,
  mediaTypeSchema,
  toDescriptor,
  toLayer,
  type DescriptorDocument,
} from './descriptor.ts'
import type { JsonObject } from './json-object.ts'
import type { ManifestProblem } from './manifest-problem.ts'
import type { Manifest } from './manifest.ts'
import { error, ok, type Result } from './result.ts'

/** What the parts of a manifest say, whatever its media type. */
export type ManifestBody = Omit<Manifest, 'type' | 'mediaType'>

type Read<Value> = Result<Value, ManifestProblem>

const common = {
  schemaVersion: z.literal(2),
  artifactType: mediaTypeSchema.nullish(),
  annotations: annotationsSchema.nullish(),
  subject: descriptorSchema.nullish(),
}

// An empty list is `null` in what Go writes of a nil slice.
const list = z.array(z.unknown()).nullable()
const imageSchema = z.object({ ...common, config: descriptorSchema, layers: list })
const indexSchema = z.object({ ...common, manifests: list })

/** Reads an image's config and layers. */
export function readImage(document: JsonObject): Read<ManifestBody> {
  const read = imageSchema.safeParse(document)
  if (!read.success) return firstIssue(read.error)
  const layers = readDescriptors('layers', read.data.layers ?? [])
  if (layers.type === 'error') return layers
  const { config } = read.data
  const blobs = [toDescriptor(config), ...layers.value.map(toLayer)]
  return ok({ ...commonParts(read.data), configMediaType: config.mediaType, blobs, manifests: [] })
}

/** Reads an index's manifests. */
export function readIndex(document: JsonObject): Read<ManifestBody> {
  const read = indexSchema.safeParse(document)
  if (!read.success) return firstIssue(read.error)
  const manifests = readDescriptors('manifests', read.data.manifests ?? [])
  if (manifests.type === 'error') return manifests
  return ok({ ...commonParts(read.data), blobs: [], manifests: manifests.value.map(toDescriptor) })
}

// One by one, to stop at the first that is broken: zod's array would tell of thousands, which takes a tenth of a second.
function readDescriptors(key: string, items: readonly unknown[]): Read<readonly DescriptorDocument[]> {
  const documents: DescriptorDocument[] = []
  for (const [at, item] of items.entries()) {
    const read = descriptorSchema.safeParse(item)
    if (!read.success) return firstIssue(read.error, [key, at])
    documents.push(read.data)
  }
  return ok(documents)
}

type Common = Pick<z.infer<typeof indexSchema>, 'artifactType' | 'annotations' | 'subject'>

function commonParts({ artifactType, annotations, subject }: Common) {
  return {
    ...(artifactType != null && { artifactType }),
    annotations: annotations ?? {},
    ...(subject != null && { subject: toDescriptor(subject) }),
  }
}

function firstIssue({ issues: [issue] }: z.ZodError, above: readonly PropertyKey[] = []): Read<never> {
  const path = [...above, ...(issue?.path ?? [])].map(String).join('.')
  return error({ type: 'invalid', path, reason: lowerFirst(issue?.message ?? 'not as specified') })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

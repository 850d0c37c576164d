import { z } from 'zod'
import { parseDigest, type Digest } from './digest.ts'
import { isJsonObject } from './json-object.ts'
import { isForeignLayerMediaType } from './media-type.ts'

/** A content descriptor. https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export type Descriptor = {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** A layer its distributor keeps elsewhere (`urls`), so it need not be here. Never true but of a layer. */
  readonly foreign: boolean
  readonly artifactType?: string
  readonly annotations?: Annotations
  readonly urls?: readonly string[]
  readonly platform?: Platform
}

export type Annotations = Readonly<Record<string, string>>

/** What an index says of the machine that one of its manifests is for. */
export type Platform = { readonly architecture: string; readonly os: string; readonly variant?: string }

/** How a descriptor's JSON names its parts. */
export const DESCRIPTOR_KEYS: readonly string[] = [
  'mediaType',
  'digest',
  'size',
  'urls',
  'annotations',
  'data',
  'artifactType',
  'platform',
]

// Looked at, not copied: where a document is all annotations, a copy takes as long again as reading the JSON.
export const annotationsSchema = z.custom<Annotations>(
  (value) => isJsonObject(value) && Object.keys(value).every((key) => typeof value[key] === 'string'),
  'must be an object whose values are strings',
)

// RFC 6838 allows less, but registries have never asked for more than this of descriptors, and clients came to lean on
// it. Printable, so that it may be shown and logged. https://www.rfc-editor.org/rfc/rfc6838#section-4.2
export const mediaTypeSchema = z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,254}$/, 'must be a media type')

const platformSchema = z.object({
  architecture: z.string().max(255),
  os: z.string().max(255),
  variant: z.string().max(255).nullish(),
})

const digestSchema = z.custom<Digest>(
  (value) => typeof value === 'string' && parseDigest(value) !== undefined,
  'must be `sha256:` or `sha512:` and its lower-case hexadecimal digits',
)

/**
 * The JSON of a descriptor. Parts that are absent may be `null`, as some programs write them. One that carries its
 * content (`data`) must carry as much of it as it says.
 */
export const descriptorSchema = z
  .object({
    mediaType: mediaTypeSchema,
    digest: digestSchema,
    size: z.int().nonnegative(),
    urls: z.array(z.string()).nullish(),
    annotations: annotationsSchema.nullish(),
    data: z.string().nullish(),
    artifactType: mediaTypeSchema.nullish(),
    platform: platformSchema.nullish(),
  })
  .refine(({ data, size }) => data == null || base64Length(data) === size, {
    path: ['data'],
    message: 'must be base64 of exactly `size` bytes',
  })

export type DescriptorDocument = z.infer<typeof descriptorSchema>

/** The bytes that well-formed, padded base64 stands for. */
function base64Length(text: string): number | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

export function toDescriptor(document: DescriptorDocument): Descriptor {
  const { mediaType, digest, size, urls, annotations, artifactType, platform } = document
  return {
    mediaType,
    digest,
    size,
    foreign: false,
    ...(artifactType != null && { artifactType }),
    ...(annotations != null && { annotations }),
    ...(urls != null && { urls }),
    ...(platform != null && { platform: toPlatform(platform) }),
  }
}

/** A layer's media type alone says that it is foreign: `urls` on any other only name more places to look. */
export function toLayer(document: DescriptorDocument): Descriptor {
  return { ...toDescriptor(document), foreign: isForeignLayerMediaType(document.mediaType) }
}

function toPlatform({ architecture, os, variant }: z.infer<typeof platformSchema>): Platform {
  return { architecture, os, ...(variant != null && { variant }) }
}

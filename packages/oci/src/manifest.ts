import type { Annotations, Descriptor } from './descriptor.ts'
import type { ManifestMediaType } from './media-type.ts'

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

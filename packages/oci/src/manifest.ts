import type { Digest } from './digest.ts'
import type { ManifestMediaType } from './media-type.ts'

/** A content descriptor. https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export type Descriptor = {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** A layer that its distributor keeps elsewhere (`urls`) and that need not be here. Never true of a config. */
  readonly foreign: boolean
  readonly artifactType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly urls?: readonly string[]
  readonly platform?: Platform
}

/** What an index says of the machine that one of its manifests is for. */
export type Platform = { readonly architecture: string; readonly os: string; readonly variant?: string }

/** What we need to know of a manifest. */
export type Manifest = {
  readonly type: 'image' | 'index'
  readonly mediaType: ManifestMediaType
  readonly artifactType?: string
  readonly configMediaType?: string
  readonly annotations: Readonly<Record<string, string>>
  readonly subject?: Descriptor
  /** Config, then layers. */
  readonly blobs: readonly Descriptor[]
  readonly manifests: readonly Descriptor[]
}

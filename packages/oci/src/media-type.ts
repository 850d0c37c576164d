/** The manifests we store, and what each is. A document of any other type is refused. */
export const MANIFEST_TYPES = {
  'application/vnd.oci.image.manifest.v1+json': { type: 'image', family: 'oci' },
  'application/vnd.oci.image.index.v1+json': { type: 'index', family: 'oci' },
  'application/vnd.docker.distribution.manifest.v2+json': { type: 'image', family: 'docker' },
  'application/vnd.docker.distribution.manifest.list.v2+json': { type: 'index', family: 'docker' },
} as const

export type ManifestMediaType = keyof typeof MANIFEST_TYPES

/** Docker's first manifests, named by tag and signed: retired in 2017, and refused by every current client. */
const SCHEMA_1_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
])

/** Layers whose licence forbids passing them on; clients fetch them from the descriptor's `urls`. */
const FOREIGN_LAYER_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  // https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#non-distributable-layers
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
])

export function isManifestMediaType(text: string): text is ManifestMediaType {
  return Object.hasOwn(MANIFEST_TYPES, text)
}

export function isSchema1MediaType(text: string): boolean {
  return SCHEMA_1_TYPES.has(text)
}

export function isForeignLayerMediaType(text: string): boolean {
  return FOREIGN_LAYER_TYPES.has(text)
}

/** The type that a `Content-Type` names: lower-case, without parameters. `''` where there is none. */
export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';')
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

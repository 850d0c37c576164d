/** The manifests we store, and what each is. Any other type of manifest is refused. */
export const MANIFEST_TYPES = {
  'application/vnd.oci.image.manifest.v1+json': { type: 'image', family: 'oci' },
  'application/vnd.oci.image.index.v1+json': { type: 'index', family: 'oci' },
  'application/vnd.docker.distribution.manifest.v2+json': { type: 'image', family: 'docker' },
  'application/vnd.docker.distribution.manifest.list.v2+json': { type: 'index', family: 'docker' },
} as const

export type ManifestMediaType = keyof typeof MANIFEST_TYPES

import type { Manifest } from './manifest.ts'

/**
 * The `artifactType` that a referrers listing shows and filters by: the manifest's own, else its config's media type.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function referrerType(manifest: Manifest): string | undefined {
  return manifest.artifactType ?? manifest.configMediaType
}

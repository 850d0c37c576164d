/** What Azure's clients read: https://learn.microsoft.com/rest/api/containerregistry/ */
import type { Digest, RepositoryName } from '@wharden/oci'
import type { ManifestDescription } from '../../operations/inspect/describe-manifests.ts'
import type { RepositoryDescription } from '../../operations/inspect/inspect-repository.ts'
import type { inspectTag } from '../../operations/inspect/inspect-tags.ts'

type TagDescription = Awaited<ReturnType<typeof inspectTag>>

/** Where it is: the address that was asked, and the name as it was asked for. */
export type Place = { readonly registry: string; readonly imageName: RepositoryName }

export function repositoryView(place: Place, repository: RepositoryDescription) {
  const { createdAt, updatedAt, manifests, tags, locks } = repository
  return {
    ...place,
    createdTime: instant(createdAt),
    lastUpdateTime: instant(updatedAt),
    manifestCount: manifests,
    tagCount: tags,
    changeableAttributes: locks,
  }
}

export function tagView({ name, digest, createdAt, updatedAt, locks }: TagDescription) {
  return {
    name,
    digest,
    createdTime: instant(createdAt),
    lastUpdateTime: instant(updatedAt),
    signed: false,
    changeableAttributes: locks,
  }
}

/** In a list. */
export function manifestView(manifest: ManifestDescription) {
  const { digest, imageSize, pushedAt, mediaType, configMediaType, tags, locks } = manifest
  return {
    digest,
    imageSize,
    createdTime: instant(pushedAt),
    lastUpdateTime: instant(pushedAt),
    ...manifest.platform,
    mediaType,
    ...(configMediaType !== undefined && { configMediaType }),
    tags,
    changeableAttributes: locks,
  }
}

/** By itself: with what an index refers to. */
export function wholeManifestView(manifest: ManifestDescription) {
  const references = manifest.references.map(({ digest, platform }) => referenceView(digest, platform))
  return { ...manifestView(manifest), ...(references.length > 0 && { references }) }
}

function referenceView(digest: Digest, platform: ManifestDescription['references'][number]['platform']) {
  return { digest, ...(platform && { architecture: platform.architecture, os: platform.os }) }
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

import { parseManifest, type Digest, type Platform, type Tag } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { ManifestSummary } from '../../stores/metadata/port/manifests.ts'
import type { House } from '../house.ts'
import { platformOf } from './platform-of.ts'

/** A manifest with what has to be looked up for it. */
export type ManifestDescription = ManifestSummary & {
  /** Bytes of all it needs. */
  readonly imageSize: number
  /** Of an image. */
  readonly platform: Pick<Platform, 'architecture' | 'os'> | undefined
  /** Without unlisted ones. */
  readonly tags: readonly Tag[]
  /** Of an index: its images. */
  readonly references: readonly { readonly digest: Digest; readonly platform: Platform | undefined }[]
}

/** Configs are read from the blob store, so many at once. */
const AT_ONCE = 10

/** What a repository's manifests are, in the same order; for callers who were allowed to know. */
export async function describeManifests(
  house: House,
  repository: RepositoryId,
  manifests: readonly ManifestSummary[],
): Promise<readonly ManifestDescription[]> {
  const digests = manifests.map(({ digest }) => digest)
  const [sizes, tags] = await Promise.all([
    house.store.read.manifests.sizesOf(repository, digests),
    house.store.read.manifests.tagsOf(repository, digests),
  ])
  const described: ManifestDescription[] = []
  for (let start = 0; start < manifests.length; start += AT_ONCE) {
    const some = manifests.slice(start, start + AT_ONCE).map(async (manifest) => ({
      ...manifest,
      ...(await readBody(house, repository, manifest)),
      imageSize: sizes.get(manifest.digest) ?? 0,
      tags: tags.filter(({ digest }) => digest === manifest.digest).map(({ name }) => name),
    }))
    described.push(...(await Promise.all(some)))
  }
  return described
}

async function readBody(
  house: House,
  repository: RepositoryId,
  { digest, mediaType }: ManifestSummary,
): Promise<Pick<ManifestDescription, 'platform' | 'references'>> {
  const stored = await house.store.read.manifests.byDigest(repository, digest)
  const parsed = stored && parseManifest(stored.body, mediaType)
  if (parsed?.type !== 'ok') return { platform: undefined, references: [] }
  const { type, blobs, manifests } = parsed.value
  const platform = type === 'image' ? await platformOf(house, repository, blobs[0]) : undefined
  return { platform, references: manifests.map((one) => ({ digest: one.digest, platform: one.platform })) }
}

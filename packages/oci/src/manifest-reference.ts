import { parseDigest, type Digest } from './digest.ts'
import { parseTag, type Tag } from './tag.ts'

/** What stands after `/manifests/` in the registry's API. */
export type ManifestReference =
  | { readonly type: 'tag'; readonly tag: Tag }
  | { readonly type: 'digest'; readonly digest: Digest }

/** Reads a tag or a digest. A tag has no colon, so nothing is both. */
export function parseManifestReference(text: string): ManifestReference | undefined {
  if (text.includes(':')) {
    const digest = parseDigest(text)
    return digest === undefined ? undefined : { type: 'digest', digest }
  }
  const tag = parseTag(text)
  return tag === undefined ? undefined : { type: 'tag', tag }
}

export function formatManifestReference(reference: ManifestReference): string {
  return reference.type === 'tag' ? reference.tag : reference.digest
}

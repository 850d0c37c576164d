import type { Digest, Tag } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { Page, PageQuery, TimePageQuery } from './page.ts'
import type { Locks } from './repositories.ts'

export type ManifestSummary = {
  readonly repository: RepositoryId
  readonly digest: Digest
  readonly mediaType: string
  readonly artifactType: string | undefined
  readonly configMediaType: string | undefined
  readonly subject: Digest | undefined
  readonly annotations: { readonly [key: string]: string }
  readonly size: number
  readonly pushedAt: number
  readonly locks: Locks
}

export type ManifestRecord = ManifestSummary & { readonly body: Uint8Array }

export type NewManifest = {
  readonly repository: RepositoryId
  readonly digest: Digest
  readonly mediaType: string
  readonly artifactType?: string | undefined
  readonly configMediaType?: string | undefined
  readonly subject?: Digest | undefined
  readonly annotations: { readonly [key: string]: string }
  readonly body: Uint8Array
  /** Must all be linked in the repository: checked, and refreshed, in this transaction. */
  readonly blobs: readonly Digest[]
  /** Must all be in the repository. */
  readonly manifests: readonly Digest[]
  readonly tag?: Tag | undefined
}

export type ManifestPut =
  | {
      readonly type: 'stored'
      /** False: these bytes were there already. */
      readonly created: boolean
      /** What the tag pointed at before, if it did. */
      readonly replaced: Digest | undefined
    }
  | { readonly type: 'missing'; readonly blobs: readonly Digest[]; readonly manifests: readonly Digest[] }

export interface ManifestReader {
  /** Hot. */
  byTag(
    repository: RepositoryId,
    tag: Tag,
  ): Promise<{ readonly tag: TagRecord; readonly manifest: ManifestRecord } | undefined>
  /** Hot. */
  byDigest(repository: RepositoryId, digest: Digest): Promise<ManifestRecord | undefined>
  /** By digest; `last` is a digest. Those whose `listEnabled` is false only if asked for. */
  list(
    repository: RepositoryId,
    page: PageQuery & { readonly includeUnlisted?: boolean },
  ): Promise<Page<ManifestSummary>>
  /** By when it was pushed; without unlisted ones. */
  listByTime(repository: RepositoryId, page: TimePageQuery): Promise<Page<ManifestSummary>>
  /** Whose subject this is, by digest; unlisted ones are in no list. The type to filter by is artifactType, or the config's where there is none. */
  referrers(
    repository: RepositoryId,
    subject: Digest,
    query: PageQuery & { readonly artifactType?: string | undefined },
  ): Promise<Page<ManifestSummary>>
  /** Bytes of all blobs each of these needs, each blob once; of an index, of the images that are here. */
  sizesOf(repository: RepositoryId, digests: readonly Digest[]): Promise<ReadonlyMap<Digest, number>>
  /** Of any of these, by name; without unlisted ones. */
  tagsOf(repository: RepositoryId, digests: readonly Digest[]): Promise<readonly TagRecord[]>
}

export interface Manifests extends ManifestReader {
  put(manifest: NewManifest): Promise<ManifestPut>
  /** With the tags that point at it. */
  delete(repository: RepositoryId, digest: Digest): Promise<boolean>
  setLocks(repository: RepositoryId, digest: Digest, locks: Partial<Locks>): Promise<boolean>
  /** Its locks and those of its tags; until this transaction ends nobody changes them. */
  holdLocks(repository: RepositoryId, digest: Digest): Promise<HeldLocks>
}

export type HeldLocks = { readonly manifest: Locks | undefined; readonly tags: readonly TagLocks[] }
export type TagLocks = { readonly name: Tag; readonly locks: Locks }

export type TagRecord = {
  readonly repository: RepositoryId
  readonly name: Tag
  readonly digest: Digest
  readonly createdAt: number
  readonly updatedAt: number
  readonly locks: Locks
}

export interface TagReader {
  find(repository: RepositoryId, name: Tag): Promise<TagRecord | undefined>
  /** In byte order; `last` is a tag. Those whose `listEnabled` is false only if asked for. `digest`: of this manifest. */
  list(
    repository: RepositoryId,
    page: PageQuery & { readonly includeUnlisted?: boolean; readonly digest?: Digest | undefined },
  ): Promise<Page<TagRecord>>
  /** By when it was moved last; without unlisted ones. */
  listByTime(
    repository: RepositoryId,
    page: TimePageQuery & { readonly digest?: Digest | undefined },
  ): Promise<Page<TagRecord>>
}

export interface Tags extends TagReader {
  /** @returns false if the repository has no such manifest */
  put(repository: RepositoryId, name: Tag, digest: Digest): Promise<boolean>
  delete(repository: RepositoryId, name: Tag): Promise<boolean>
  setLocks(repository: RepositoryId, name: Tag, locks: Partial<Locks>): Promise<boolean>
  /** Its locks; until this transaction ends nobody changes them. */
  holdLocks(repository: RepositoryId, name: Tag): Promise<TagLocks | undefined>
}

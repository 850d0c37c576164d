import type { Digest } from '@wharden/oci'
import type { CredentialId, RepositoryId } from '@wharden/policy'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { UploadPosition } from '../../blobs/port.ts'

export type BlobRecord = {
  readonly digest: Digest
  /** Where the bytes are; never used for other bytes. */
  readonly key: BlobKey
  readonly size: number
  readonly storedAt: number
  /** When garbage collection found no link; undefined: not marked. */
  readonly markedAt: number | undefined
}

/** What one step of garbage collection did. */
export type CollectionStep = {
  /** Rows it looked at; fewer than it was allowed: there are no more. */
  readonly looked: number
  /** Of these, how many were garbage. */
  readonly found: number
  /** Of those, where they are blobs. */
  readonly bytes: number
}

/** What is garbage, as far as was counted. */
export type Garbage = { readonly blobs: number; readonly bytes: number; readonly complete: boolean }

export interface BlobReader {
  find(digest: Digest): Promise<BlobRecord | undefined>
  /**
   * Hot. Bytes are readable only through a repository that links them. `touchedAt`: when it was last refreshed; now, if a
   * manifest needs it.
   */
  linked(
    repository: RepositoryId,
    digest: Digest,
  ): Promise<(BlobRecord & { readonly touchedAt: number }) | undefined>
  /** Hot. For anonymous mounts: which repositories link it. */
  linkedFrom(digest: Digest, limit: number): Promise<readonly RepositoryId[]>
  /** Keys of some published blobs, whichever: do these bytes belong to this database? */
  some(limit: number): Promise<readonly BlobKey[]>
  /** Which of these keys a blob, an upload or the list of discarded ones still names. */
  known(keys: readonly BlobKey[]): Promise<ReadonlySet<BlobKey>>
  /** Bytes nothing refers to any more, to be deleted from the blob store. */
  discarded(limit: number): Promise<readonly BlobKey[]>
  /** What garbage collection would come to delete if nobody touched it any more; counted up to `limit` of each kind. */
  garbage(query: { readonly touchedBefore: number; readonly limit: number }): Promise<Garbage>
}

export interface Blobs extends BlobReader {
  /**
   * Binds the digest to a key, unless it is bound: then the answer is the record that stands, and the caller's own key
   * (if another) is set aside for deletion. Either way garbage collection starts counting anew.
   */
  publish(blob: {
    readonly digest: Digest
    readonly key: BlobKey
    readonly size: number
  }): Promise<BlobRecord>
  /** @returns false if there is no such blob. Linking again refreshes. */
  link(repository: RepositoryId, digest: Digest): Promise<boolean>
  unlink(repository: RepositoryId, digest: Digest): Promise<boolean>
  /** Keeps a linked blob from being collected for another 24 hours; false if it is not linked (any more). */
  refresh(repository: RepositoryId, digest: Digest): Promise<boolean>
  /** Garbage collection's first step: links that no manifest needs and nobody touched since go. */
  dropIdleLinks(query: { readonly touchedBefore: number; readonly limit: number }): Promise<CollectionStep>
  /** Its second: blobs that no repository links and nobody touched since are marked. */
  markUnlinked(query: { readonly touchedBefore: number; readonly limit: number }): Promise<CollectionStep>
  /** Its third: blobs that are still marked are forgotten and their keys set aside for deletion. */
  forgetMarked(query: { readonly markedBefore: number; readonly limit: number }): Promise<CollectionStep>
  /** After their bytes are gone. */
  deleteDiscarded(keys: readonly BlobKey[]): Promise<void>
}

export type UploadRecord = {
  readonly id: string
  readonly repository: RepositoryId
  readonly credential: CredentialId | undefined
  /** How far it has come: kept whole, for any process to take up. */
  readonly position: UploadPosition
  readonly lease: { readonly owner: string; readonly until: number } | undefined
  readonly createdAt: number
  readonly touchedAt: number
}

export interface UploadReader {
  find(id: string): Promise<UploadRecord | undefined>
  /** Untouched since, and leased by nobody. */
  stale(query: { readonly touchedBefore: number; readonly limit: number }): Promise<readonly UploadRecord[]>
  count(repository: RepositoryId): Promise<number>
  /** Of all repositories. */
  countAll(): Promise<number>
}

/**
 * What whoever works on a session goes by: it stands where they found it, and nobody else holds the lease. An owner that was
 * stopped for longer than its lease finds out here that others went on without it.
 */
export type UploadHold = { readonly owner: string; readonly from: UploadPosition }

export interface Uploads extends UploadReader {
  create(upload: {
    readonly repository: RepositoryId
    readonly credential?: CredentialId | undefined
    readonly position: UploadPosition
    /** Taken by its maker from the start, if given. */
    readonly lease?: { readonly owner: string; readonly milliseconds: number } | undefined
  }): Promise<UploadRecord>
  /**
   * Compare-and-set on offset and key: false if another has moved it, or holds the lease. If the key changes, the old
   * one is the caller's to delete.
   */
  advance(id: string, step: UploadHold & { readonly to: UploadPosition }): Promise<boolean>
  /**
   * Takes or renews the lease, for so many milliseconds of the database's clock.
   * @returns the session as it stands, or undefined if there is none or another holds it
   */
  lease(id: string, owner: string, milliseconds: number): Promise<UploadRecord | undefined>
  release(id: string, owner: string): Promise<void>
  /** Its bytes have been published: the session ends, its key lives on. False if it is no longer in this hand. */
  finish(id: string, hold: UploadHold): Promise<boolean>
  /** The session ends and its key is set aside for deletion; given a hold, only while it is still in that hand. */
  cancel(id: string, hold?: UploadHold): Promise<boolean>
}

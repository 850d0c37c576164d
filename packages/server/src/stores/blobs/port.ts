// What a blob store must do. Bytes live here under keys that are never used twice; which digest is which key, which
// repository links it and how far an upload has come are rows of the metadata store, so publishing a blob is one
// transaction there and never a rename or a copy here.
//
// One upload, as an operation drives it:
//
//   POST    position = store.startUpload('sha256')                    no I/O; the row keeps the whole position
//   PATCH   writer = store.openUpload(row.position)                   under the row's lease
//           receive(request, writer, …); position = writer.checkpoint()   durable; then the row, by compare-and-set
//           writer.close()
//   PUT     the same, then writer.finish(digest): verified and durable; then the transaction that publishes
//           `finished.key` with its size and digest and drops the session's row
//
// A position is to be kept whole: **its key may change** when another process (or this one, restarted) takes an upload
// up. A writer that was paused past its lease may still hold the old key's file open; it must never be able to touch
// bytes that somebody else is about to publish, so whoever takes over and adds bytes does so under a key of its own.
// After the row's compare-and-set the caller leaves the position the row held before (`leave`); should it crash first, the
// sweep finds what that one needed.

import type { Writable } from 'node:stream'
import type { Digest, DigestAlgorithm, Result } from '@wharden/oci'
import type { Secret } from '@wharden/system'
import type { BlobKey } from './blob-key.ts'

// The port's own word; how keys are made and read is for stores and their rows.
export type { BlobKey } from './blob-key.ts'

/** How far an upload has come: everything another process needs to go on with it. Kept whole in the session's row. */
export type UploadPosition = {
  readonly key: BlobKey
  /** Bytes [0, offset) are durable. */
  readonly offset: number
  /** Which hash runs along. `finish` takes a digest of the other algorithm too, at the cost of reading all once more. */
  readonly algorithm: DigestAlgorithm
  /** Digest of the bytes [0, offset): spares reading them again when the PUT that ends the upload is empty. */
  readonly digest: Digest
  /** The driver's own, opaque, at most 1,000 characters (a multipart upload's id, say); often empty. */
  readonly resume: string
}

/** Bytes that are verified and durable, ready to be published. */
export type FinishedBlob = { readonly key: BlobKey; readonly size: number; readonly digest: Digest }

export type FinishProblem =
  /** The bytes hash to `actual`. Nothing can mend the upload: delete its row, then its key. */
  { readonly type: 'digest-mismatch'; readonly actual: Digest }

export type OpenUploadProblem =
  /** The bytes the position speaks of are not there (swept, or another store's). */
  { readonly type: 'upload-gone' }

/** One appender of one upload. Its calls must not overlap; the session row's lease keeps other processes out. */
export type BlobWriter = {
  /** Bytes taken so far, durable or not. */
  readonly offset: number
  /** Chunks are copied: their memory is the caller's again when `append` resolves. */
  readonly copiesChunks?: true
  /**
   * Takes a chunk and keeps it, unchanged, until it is written: the caller must not reuse its memory. Resolves as soon
   * as the next chunk is welcome; at most about 3 MiB are held.
   * @throws BlobStoreFullError below the free-space mark or when the device is full
   */
  append(chunk: Uint8Array): Promise<void>
  /** Makes everything appended durable (fdatasync) and says where we are. @throws BlobStoreFullError */
  checkpoint(): Promise<UploadPosition>
  /**
   * Verifies the digest of everything appended and makes it durable (file and directory). Then the writer is closed,
   * whatever the answer. @throws BlobStoreFullError
   */
  finish(expected: Digest): Promise<Result<FinishedBlob, FinishProblem>>
  /** Lets go. What was not checkpointed is forgotten. Never throws; may be called again. */
  close(): Promise<void>
}

/** Bytes [start, end) — half open, so `end - start` of them. */
export type BlobRange = { readonly start: number; readonly end: number }

/** How sending ended; `bytes` were handed to the socket. */
export type PipeOutcome = { readonly type: 'sent' | 'aborted'; readonly bytes: number }

/** Part of a blob, opened: its bytes can be read to the end even if the key is deleted meanwhile. */
export type BlobReader = {
  /**
   * Writes the range to `response` (headers are the caller's, and a timeout on its socket) and ends it. The client going
   * away or `signal`, which destroys the response, is an outcome, not an error. Closes the reader. A chunk's memory is
   * used again once the response has called back for it, as sockets do when they are done with it; a PassThrough isn't.
   * @throws when the store fails midway: the response is destroyed then
   */
  pipeTo(response: Writable, signal?: AbortSignal): Promise<PipeOutcome>
  /** For a reader that is not piped after all. May be called again. */
  close(): Promise<void>
}

export type BlobStat = {
  /** Bytes held: at least what the row says, and more where an upload was cut short. Trust the row's size. */
  readonly size: number
  /** Epoch milliseconds of the last write. */
  readonly touchedAt: number
}

export type BlobStore = {
  /** The position of an upload that holds nothing yet. No I/O. */
  startUpload(algorithm: DigestAlgorithm): UploadPosition
  /** Opens an upload for appending where its row says it stands. Bytes beyond that offset (a crash before the row was written) are dropped. */
  openUpload(position: UploadPosition): Promise<Result<BlobWriter, OpenUploadProblem>>
  /**
   * Deletes what only `before` needed, once a session's row stands at `now`, or `now` is the blob it became. What can't be
   * deleted stays for the sweep: it is no reason to fail a request that has done its work.
   */
  leave(
    before: UploadPosition,
    now: Pick<UploadPosition, 'key'> & { readonly resume?: string },
  ): Promise<void>
  /** Undefined when there is no such key, or it holds fewer than `range.end` bytes. */
  read(key: BlobKey, range: BlobRange): Promise<BlobReader | undefined>
  /** All `size` bytes of a small blob (the row's size, at most 4 MiB, else a RangeError). Up to 64 KiB are remembered. */
  readAll(key: BlobKey, size: number): Promise<Uint8Array | undefined>
  stat(key: BlobKey): Promise<BlobStat | undefined>
  /** Deleting what isn't there is no error. Readers already open go on. */
  delete(key: BlobKey): Promise<void>
  /**
   * An address at which whoever has it may fetch a blob for so many seconds, without asking us. It is a secret. Absent where
   * the store has no addresses.
   */
  readonly sign?: (key: BlobKey, seconds: number) => Promise<Secret>
  /** Milliseconds since the store began to fail whoever asks it; 0 while it answers. Absent where it can't be away. */
  readonly failingFor?: () => number
  /** Every key made before `before` (epoch milliseconds), in batches, in no order. For the sweep of keys without a row. */
  keys(before: number): AsyncIterable<readonly BlobKey[]>
  /** Bytes free for us, or Infinity where the store knows no bound. */
  freeSpace(): Promise<number>
  /** False below the free-space mark: refuse new uploads, so that revoking always finds room. At most a second old. */
  acceptsUploads(): Promise<boolean>
  close(): Promise<void>
}

/** The device is full, or below the mark under which uploads are refused. */
export class BlobStoreFullError extends Error {
  override readonly name = 'BlobStoreFullError'
  constructor(options?: ErrorOptions) {
    super('the blob store has too little free space for uploads: free some, or lower the mark', options)
  }
}

/** The store can't be reached, or doesn't let us in. Nothing was lost, and nothing was kept: try again later. */
export class BlobStoreUnavailableError extends Error {
  override readonly name = 'BlobStoreUnavailableError'
  readonly retryAfterSeconds: number
  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

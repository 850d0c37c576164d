import type { Hash } from 'node:crypto'
import type { BlobKey } from '../blob-key.ts'
import type { LiveUpload, LiveUploads } from '../live-uploads.ts'
import type { SmallBlobs } from '../small-blobs.ts'
import type { Bucket } from './bucket.ts'
import { chunksOf } from './download.ts'
import type { Gate } from './gate.ts'
import type { Layout } from './layout.ts'
import type { MultipartState } from './multipart.ts'
import type { PartSizes } from './part-size.ts'

/** Where bytes behind the last part are: the first `size` bytes of an object. */
export type Tail = { readonly key: BlobKey; readonly name: string; readonly size: number }

/** What this process knows of an upload at a position. Without parts, the tail is all of it. */
export type Progress = {
  /** Of all bytes up to the position. */
  readonly hash: Hash
  readonly multipart: MultipartState | undefined
  readonly tail: Tail | undefined
  /** Whether the position's key was never written under: it may be, once. */
  readonly fresh: boolean
}

/** An upload between two requests. */
export type LiveObject = LiveUpload & Progress

/** What a store shares with its uploads. */
export type UploadPlace = {
  readonly bucket: Bucket
  readonly layout: Layout
  /** Bounds what all uploads send at once. */
  readonly gate: Gate
  readonly sizes: PartSizes
  readonly live: LiveUploads<LiveObject>
  /** Bytes of the last tails, by key, which save fetching them. */
  readonly tails: SmallBlobs
}

/** A tail's bytes, from memory or from the store. */
export async function loadTail(
  { bucket, tails }: UploadPlace,
  { key, name, size }: Tail,
): Promise<Uint8Array> {
  const kept = tails.get(key)
  if (kept !== undefined && kept.byteLength === size) return kept
  if (size === 0) return new Uint8Array()
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(bucket, name, { start: 0, end: size })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

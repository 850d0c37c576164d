/** Where a blob's bytes go: into a file, a blob store, or a hash alone. Each takes a chunk to its end before it calls back. */
import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { callbackify } from 'node:util'
import { digestAlgorithm, digestHex, type Digest } from '@wharden/oci'
import type { BlobWriter } from '../stores/blobs/port.ts'

/** Counts and hashes what passes. */
export type Tally = { bytes: number; readonly hash: Hash }

export function startTally(digest: Digest): Tally {
  return { bytes: 0, hash: createHash(digestAlgorithm(digest)) }
}

/** Whether that was the blob, whole and unaltered. Ends the tally. */
export function isBlob(tally: Tally, digest: Digest, size: number): boolean {
  return tally.bytes === size && tally.hash.digest('hex') === digestHex(digest)
}

export function tallySink(tally: Tally): Writable {
  return sink(async (chunk) => count(tally, chunk))
}

export function fileSink(tally: Tally, file: FileHandle): Writable {
  return sink(async (chunk) => {
    count(tally, chunk)
    for (let written = 0; written < chunk.length;)
      written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
  })
}

/** Without a tally: the writer counts and hashes by itself. */
export function storeSink(writer: BlobWriter): Writable {
  // A writer that keeps a chunk until it is on disk needs its own: the memory is its reader's, who uses it again.
  return sink((chunk) => writer.append(writer.copiesChunks === true ? chunk : Buffer.from(chunk)))
}

function count(tally: Tally, chunk: Buffer): void {
  tally.bytes += chunk.length
  tally.hash.update(chunk)
}

function sink(take: (chunk: Buffer) => Promise<void>): Writable {
  const takeThen = callbackify(take)
  return new Writable({ write: (chunk: Buffer, _, done) => takeThen(chunk, done) })
}

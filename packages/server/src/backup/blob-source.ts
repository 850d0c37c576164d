import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '@wharden/oci'
import type { BlobKey, BlobStore } from '../stores/blobs/port.ts'
import type { Snapshot } from '../stores/metadata/portable/snapshot.ts'
import { blobFile } from './backup-directory.ts'

/** Where blobs are read from. */
export type BlobSource = {
  /** Sends all its bytes and ends the sink; false where it isn't to be had (then the sink is destroyed). */
  readonly send: (digest: Digest, size: number, sink: Writable, signal: AbortSignal) => Promise<boolean>
  /** What to say of one that is missing or damaged. */
  readonly blame: (digest: Digest, what: 'missing' | 'damaged') => Promise<string>
}

/** An installation's own, while it may be running: keys are asked for when they are needed. */
export function installationBlobs(
  rows: Pick<Snapshot, 'keysOf' | 'repositoryOf'>,
  blobs: BlobStore,
): BlobSource {
  return {
    async send(digest, size, sink, signal) {
      for (let tried: BlobKey | undefined; ;) {
        const key = (await rows.keysOf([digest])).get(digest)
        // It may be collected and pushed again between our look at its row and at its bytes: then it has another key.
        if (key === undefined || key === tried) return gone(sink)
        if (await sendKey(blobs, key, size, sink, signal)) return true
        tried = key
      }
    },
    blame: async (digest, what) =>
      `\`${digest}\`, which \`${(await rows.repositoryOf(digest)) ?? 'no repository any more'}\` links, is ${what} in the blob store`,
  }
}

export function directoryBlobs(directory: string): BlobSource {
  return {
    async send(digest, _, sink, signal) {
      try {
        await pipeline(createReadStream(blobFile(directory, digest), { highWaterMark: 1024 * 1024 }), sink, {
          signal,
        })
        return true
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false
        throw cause
      }
    },
    blame: async (digest, what) =>
      `\`${digest}\` is ${what} in the backup: \`${blobFile(directory, digest)}\``,
  }
}

/** @returns false where there is no such key, or not so many bytes; then the sink is untouched */
export async function sendKey(
  blobs: BlobStore,
  key: BlobKey,
  size: number,
  sink: Writable,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted()
  const reader = await blobs.read(key, { start: 0, end: size })
  if (reader === undefined) return false
  if (size === 0) {
    await reader.close()
    sink.end()
    await once(sink, 'finish')
    return true
  }
  // To the reader a sink that fails is a client that went away: no error.
  const failed: Error[] = []
  sink.once('error', (cause) => failed.push(cause))
  const { type } = await reader.pipeTo(sink, signal)
  for (const cause of failed) throw cause
  signal.throwIfAborted()
  return type === 'sent'
}

function gone(sink: Writable): false {
  sink.destroy()
  return false
}

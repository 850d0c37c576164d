import { digestAlgorithm, type Digest } from '@wharden/oci'
import type { BlobKey, BlobStore } from '../stores/blobs/port.ts'
import { isBlob, startTally, storeSink, tallySink } from './blob-sinks.ts'
import { sendKey, type BlobSource } from './blob-source.ts'
import { CopyError } from './copy-error.ts'

/**
 * Puts one blob under a key of its own, verifies it while it is written, and reads it back. Durable when it resolves.
 * @throws CopyError naming what is missing or damaged; then nothing of it stays
 */
export async function storeBlob(
  source: BlobSource,
  blobs: BlobStore,
  digest: Digest,
  size: number,
  signal: AbortSignal,
): Promise<BlobKey> {
  const position = blobs.startUpload(digestAlgorithm(digest))
  const opened = await blobs.openUpload(position)
  if (opened.type === 'error') throw new Error('an upload that was just begun is gone')
  const writer = opened.value
  try {
    if (!(await source.send(digest, size, storeSink(writer), signal)))
      throw new CopyError('failed', await source.blame(digest, 'missing'))
    const finished = writer.offset === size ? await writer.finish(digest) : undefined
    if (finished?.type !== 'ok') throw new CopyError('failed', await source.blame(digest, 'damaged'))
    await requireReadable(blobs, finished.value.key, digest, size, signal)
    return finished.value.key
  } catch (cause) {
    await writer.close()
    // What can't be deleted either is swept one day, as no row names it.
    await blobs.delete(position.key).catch(() => {})
    throw cause
  } finally {
    await writer.close()
  }
}

/** @throws CopyError unless these bytes come back out of the store as they went in */
export async function requireReadable(
  blobs: BlobStore,
  key: BlobKey,
  digest: Digest,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const tally = startTally(digest)
  const read = await sendKey(blobs, key, size, tallySink(tally), signal)
  if (!read || !isBlob(tally, digest, size))
    throw new CopyError(
      'failed',
      `the blob store gives back something else than \`${digest}\` under \`${key}\``,
    )
}

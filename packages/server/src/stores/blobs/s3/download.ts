import { BlobStoreUnavailableError, type BlobRange } from '../port.ts'
import type { Bucket, Download } from './bucket.ts'

/** A store that sends nothing for so many milliseconds, while we wait for it, has stopped. */
const SILENCE = 20_000
/** So often in a row a download is taken up where it broke off, without a byte in between. */
const MOST_BREAKS = 3

/**
 * The bytes of part of an object, in order; a connection that breaks is taken up again, as the bytes under a name never
 * change. A slow reader is no fault: the clock runs only while the store's next bytes are awaited.
 * @throws BlobStoreUnavailableError when the store stays away, or the object is gone
 */
export async function* chunksOf(
  bucket: Pick<Bucket, 'get'>,
  name: string,
  { start, end }: BlobRange,
  first?: Download,
): AsyncGenerator<Buffer> {
  let position = start
  let download = first
  for (let breaks = 0; position < end; breaks += 1) {
    download ??= await bucket.get(name, { start: position, end })
    if (download === undefined) throw broken(`it is gone, or ends before byte ${end}`)
    const before = position
    try {
      for await (const chunk of watched(download)) {
        // Some stores send more than was asked for (s3rver for `bytes=0-0`).
        const bytes = chunk.byteLength > end - position ? chunk.subarray(0, end - position) : chunk
        position += bytes.byteLength
        yield bytes
        if (position === end) return
      }
      throw new Error(`ended at byte ${position} of ${end}`)
    } catch (cause) {
      if (position > before) breaks = 0
      if (breaks >= MOST_BREAKS) throw broken('the store breaks off', { cause })
    } finally {
      download.body.destroy()
    }
    download = undefined
  }
}

async function* watched({ body }: Download): AsyncGenerator<Buffer> {
  const silent = setTimeout(() => body.destroy(new Error('the store sent nothing for too long')), SILENCE)
  try {
    for await (const chunk of body) {
      clearTimeout(silent)
      yield chunk
      silent.refresh()
    }
  } finally {
    clearTimeout(silent)
  }
}

function broken(why: string, options?: ErrorOptions): BlobStoreUnavailableError {
  return new BlobStoreUnavailableError(`bytes can not be read from the blob store: ${why}`, 5, options)
}

import type { BlobKey } from '../blob-key.ts'
import { BlobStoreUnavailableError } from '../port.ts'
import type { Multipart, Part } from './bucket.ts'
import type { UploadPlace } from './upload-place.ts'

/**
 * Makes an object of parts, or finds that it has been made. Whoever completed it, its first bytes are those of the parts we
 * know, for numbers are used once and lists only grow.
 * @returns how many bytes the object has: those of the parts, or more where its writer had come further
 * @throws BlobStoreUnavailableError when it isn't there afterwards, or has fewer: nobody may then publish it
 */
export async function completeParts(
  { bucket, layout }: UploadPlace,
  key: BlobKey,
  upload: Multipart,
  parts: readonly Part[],
): Promise<number> {
  const least = sizeOf(parts)
  // An answer may have been lost, and not every store says "no such upload" of one that was completed (s3rver: 500).
  const answer = await bucket.complete(upload, parts).catch((cause: unknown) => ({ cause }))
  const object = await bucket.find(layout.blob(key))
  if (object !== undefined && (answer === true ? object.size === least : object.size >= least))
    return object.size
  if (typeof answer === 'object') throw answer.cause
  const there = object === undefined ? 'nothing' : `${object.size} bytes`
  throw new BlobStoreUnavailableError(
    `the blob store made ${there} of an upload of ${least} bytes; send it anew`,
    1,
  )
}

export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0)
}

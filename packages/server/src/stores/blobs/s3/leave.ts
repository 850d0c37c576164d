import type { BlobKey } from '../blob-key.ts'
import type { UploadPosition } from '../port.ts'
import { deleteKey } from './delete-key.ts'
import { parseResume } from './resume.ts'
import type { UploadPlace } from './upload-place.ts'

/** Deletes what a position had and the next one has not: an object, a checkpoint, or all that an upload consists of. */
export async function leave(
  { bucket, layout, live, tails }: UploadPlace,
  before: UploadPosition,
  now: { readonly key: BlobKey; readonly resume?: string },
): Promise<void> {
  const { key, offset, resume } = before
  const moved = key !== now.key
  if (moved) {
    live.forget(key)
    tails.forget(key)
  }
  const where = parseResume(resume)
  if (where !== undefined) {
    if (moved) return deleteKey(bucket, layout, key)
    if (resume !== now.resume) await bucket.remove(layout.checkpoint(key, where.checkpoint))
  } else if (moved && offset > 0) await bucket.remove(layout.blob(key))
}

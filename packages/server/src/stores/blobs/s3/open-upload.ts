import { error, ok, type Result } from '@wharden/oci'
import type { BlobWriter, OpenUploadProblem, UploadPosition } from '../port.ts'
import { startHash } from '../running-hash.ts'
import { findForeign } from './foreign-upload.ts'
import { S3Upload } from './s3-upload.ts'
import type { UploadPlace } from './upload-place.ts'

/** Goes on with an upload: from where this process left it, a new one, or one written elsewhere. */
export async function openUpload(
  place: UploadPlace,
  position: UploadPosition,
): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const live = place.live.take(position)
  if (live !== undefined) return ok(new S3Upload(place, position, live))
  if (position.offset === 0) {
    // Somebody else may be writing under the key.
    const nothing = {
      hash: startHash(position.algorithm),
      multipart: undefined,
      tail: undefined,
      fresh: false,
    }
    return ok(new S3Upload(place, position, nothing))
  }
  const foreign = await findForeign(place, position)
  return foreign === undefined ? error({ type: 'upload-gone' }) : ok(new S3Upload(place, position, foreign))
}

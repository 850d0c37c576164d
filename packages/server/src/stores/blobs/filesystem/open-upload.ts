import { open, stat } from 'node:fs/promises'
import { error, ok, type Result } from '@wharden/oci'
import { newBlobKey } from '../blob-key.ts'
import type { BlobWriter, OpenUploadProblem, UploadPosition } from '../port.ts'
import { BatchedFile } from './batched-file.ts'
import { FileUpload } from './file-upload.ts'
import { blobPath } from './layout.ts'
import { unlessMissing } from './system-error.ts'
import { createOwnFile, type LiveFile, type UploadPlace } from './take-over.ts'

/** Goes on with an upload: our own from where this process left it, a new one, or one begun elsewhere. */
export async function openUpload(
  place: UploadPlace,
  position: UploadPosition,
): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const live = place.live.take(position)
  if (live !== undefined && !live.hash.lost) return openOwn(place, live)
  return position.offset === 0 ? openNew(place, position) : openForeign(place, position)
}

async function openOwn(place: UploadPlace, live: LiveFile): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const { position, hash, named } = live
  const { key, offset } = position
  const opening = unlessMissing(open(blobPath(place.directory, key), 'r+'))
  opening.catch(() => place.live.put(live))
  const handle = await opening
  if (handle === undefined) {
    hash.close()
    return error({ type: 'upload-gone' })
  }
  const file = new BatchedFile(handle, hash, place, offset)
  return ok(new FileUpload(place, position, { key, file, named }))
}

async function openNew(
  place: UploadPlace,
  position: UploadPosition,
): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const own =
    (await createOwnFile(place, position)) ??
    // Somebody got as far as making the file and may still be writing to it.
    (await createOwnFile(place, { ...position, key: newBlobKey(Date.now()) }))
  if (own === undefined) throw new Error('a key that was just made is taken')
  return ok(new FileUpload(place, position, own))
}

async function openForeign(
  place: UploadPlace,
  position: UploadPosition,
): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const file = await unlessMissing(stat(blobPath(place.directory, position.key)))
  if (file === undefined || file.size < position.offset) return error({ type: 'upload-gone' })
  return ok(new FileUpload(place, position, undefined))
}

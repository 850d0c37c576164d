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
  if (live !== undefined) return openOwn(place, live)
  return position.offset === 0 ? openNew(place, position) : openForeign(place, position)
}

async function openOwn(
  place: UploadPlace,
  { position, hash, named }: LiveFile,
): Promise<Result<BlobWriter, OpenUploadProblem>> {
  const { key, offset } = position
  const handle = await unlessMissing(open(blobPath(place.directory, key), 'r+'))
  if (handle === undefined) return error({ type: 'upload-gone' })
  const file = new BatchedFile(handle, place, offset)
  return ok(new FileUpload(place, position, { key, file, hash, named }))
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

/**
 * Uploads (OCI distribution 1.1, "Pushing a blob"). A session is a row: its position moves by compare-and-set, under a
 * lease, so any process can go on with it. What is answered with success is durable; a blob appears whole or not at all.
 */
import type { Readable } from 'node:stream'
import { digestAlgorithm, type Digest, type UploadRange } from '@wharden/oci'
import { AppError } from '../errors.ts'
import type { BlobWriter, UploadPosition } from '../stores/blobs/port.ts'
import { receive } from '../stores/blobs/receive.ts'
import type { UploadRecord } from '../stores/metadata/port/bytes.ts'
import type { RepositoryRecord } from '../stores/metadata/port/repositories.ts'
import { heedRepositoryLocks } from './authorize-locked.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { keepArriving } from './keep-arriving.ts'
import { settingsOf } from './organization-settings.ts'
import { contentMoved } from './take-down.ts'
import type { Target } from './target.ts'
import { findUpload, withUpload, type HeldUpload } from './upload-session.ts'

/** `POST …/blobs/uploads/`: a session that holds nothing yet. @throws {AppError} `denied`, `scope-needed`, `storage-full` */
export async function startUpload(
  house: House,
  caller: Caller,
  target: Target,
  digest?: Digest,
): Promise<UploadRecord> {
  await authorizeTarget(house, caller, target, 'push')
  if (!(await house.blobs.acceptsUploads())) throw storageFull()
  const repository = await bringToLife(house, target)
  return house.store.single.uploads.create({
    repository: repository.id,
    credential: caller.principal.type === 'credential' ? caller.principal.credential : undefined,
    position: house.blobs.startUpload(digest === undefined ? 'sha256' : digestAlgorithm(digest)),
  })
}

/** `GET` of a session: how many bytes are safe. */
export async function uploadStatus(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
): Promise<UploadRecord> {
  await authorizeTarget(house, caller, target, 'push')
  return findUpload(house, caller, target, id)
}

/** What a request brings for an upload. `range`: which bytes it says its body is, if it does. */
export type UploadBody = {
  readonly stream: Readable
  readonly length: number | undefined
  readonly range: UploadRange | undefined
}

/** `PATCH`: appends, and answers once the bytes are durable. @returns the new position */
export async function appendUpload(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
  body: UploadBody,
): Promise<UploadPosition> {
  await authorizeTarget(house, caller, target, 'push')
  return withUpload(house, caller, target, id, async (upload) => {
    const writer = await openAt(house, upload.record, body)
    try {
      await fill(house, caller, writer, upload, body)
      const position = await writer.checkpoint()
      await upload.advance(position)
      return position
    } finally {
      await writer.close()
    }
  })
}

/**
 * `PUT`: appends what the request brings, verifies, publishes, links.
 * @throws {AppError} `digest-invalid` (the session is gone then), `range-invalid`, `upload-unknown`, `storage-full`
 */
export async function finishUpload(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
  digest: Digest,
  body: UploadBody,
): Promise<void> {
  await authorizeTarget(house, caller, target, 'push')
  await withUpload(house, caller, target, id, async (upload) => {
    const writer = await openAt(house, upload.record, body)
    try {
      await fill(house, caller, writer, upload, body)
      const finished = await writer.finish(digest)
      if (finished.type === 'error') throw await wrongDigest(house, upload, digest, finished.error.actual)
      const hold = upload.hold()
      await heedRepositoryLocks(house, caller, target, 'push', upload.record.repository, async (tx) => {
        // False: swept, cancelled, or taken up by another, who may have deleted the very bytes this would publish.
        if (!(await tx.uploads.finish(id, hold)))
          throw new AppError(
            'upload-unknown',
            'the upload was cancelled or taken up by another request meanwhile',
          )
        await tx.blobs.publish(finished.value)
        await tx.blobs.link(upload.record.repository, digest)
      })
      await house.blobs.leave(hold.from, finished.value)
      house.recorder.happened(
        contentMoved(caller, 'upload', target, undefined, { digest, bytes: finished.value.size }),
      )
    } finally {
      await writer.close()
    }
  })
}

/** `DELETE` of a session. */
export async function cancelUpload(house: House, caller: Caller, target: Target, id: string): Promise<void> {
  await authorizeTarget(house, caller, target, 'push')
  const upload = await findUpload(house, caller, target, id)
  await house.store.write((tx) => tx.uploads.cancel(upload.id))
}

/** Pushing brings a repository to life; whether the caller may was decided before. */
export async function bringToLife(house: House, target: Target): Promise<RepositoryRecord> {
  if (target.type !== 'ours')
    throw new AppError(
      'unsupported',
      `\`${target.fullName}\` belongs to another registry: it can't be pushed to here`,
    )
  if (target.repository?.state === 'live') return target.repository
  const { repository } = await house.store.write((tx) =>
    tx.repositories.activate(target.organization.id, target.name, {
      visibility: settingsOf(target.organization).defaultVisibility,
    }),
  )
  return repository
}

async function openAt(
  house: House,
  upload: UploadRecord,
  { range, length }: UploadBody,
): Promise<BlobWriter> {
  const { offset } = upload.position
  if (
    range !== undefined &&
    (range.start !== offset || (length !== undefined && range.end - range.start !== length))
  ) {
    throw new AppError('range-invalid', `the upload holds ${offset} bytes: go on from there`, {
      received: offset,
    })
  }
  const opened = await house.blobs.openUpload(upload.position)
  if (opened.type === 'ok') return opened.value
  throw new AppError('upload-unknown', 'the bytes of this upload are gone: start a new one')
}

/** A client that stops in the middle keeps what arrived: it asks how far it came and goes on from there. */
async function fill(
  house: House,
  caller: Caller,
  writer: BlobWriter,
  { advance }: HeldUpload,
  { stream, length, range }: UploadBody,
): Promise<void> {
  try {
    await receive(stream, keepArriving(writer, advance), {
      declaredBytes: length ?? (range === undefined ? undefined : range.end - range.start),
      idleMilliseconds: house.config.uploadIdleSeconds * 1_000,
      minimumBytesPerSecond: house.config.uploadMinimumBytesPerSecond,
      signal: caller.context.signal,
    })
  } catch (cause) {
    await advance(await writer.checkpoint())
    throw cause
  }
}

async function wrongDigest(
  house: House,
  { record, hold }: HeldUpload,
  expected: Digest,
  actual: Digest,
): Promise<AppError> {
  await house.store.write((tx) => tx.uploads.cancel(record.id, hold()))
  return new AppError(
    'digest-invalid',
    `the bytes hash to ${actual}, not to ${expected}: the upload was dropped, send it anew`,
  )
}

function storageFull(): AppError {
  return new AppError(
    'storage-full',
    'the server has too little free space for uploads; tell its administrator',
  )
}

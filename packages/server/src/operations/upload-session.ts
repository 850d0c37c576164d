import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { UploadPosition } from '../stores/blobs/port.ts'
import type { UploadRecord } from '../stores/metadata/port/bytes.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

const LEASE = 60_000

/** Moves the session's row on; what was written is the session's only once this has resolved. */
export type Advance = (to: UploadPosition) => Promise<void>

/**
 * Holds an upload's lease while `work` writes to it, and renews it, however long the body takes.
 * @throws {AppError} `upload-unknown`; `conflict` while another request writes to it
 */
export async function withUpload<Value>(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
  work: (upload: UploadRecord, advance: Advance) => Promise<Value>,
): Promise<Value> {
  await findUpload(house, caller, target, id)
  const owner = randomUUID()
  const upload = await house.store.single.uploads.lease(id, owner, LEASE)
  if (upload === undefined) throw new AppError('conflict', 'another request is writing to this upload')
  const renewal = setInterval(() => {
    house.store.single.uploads
      .lease(id, owner, LEASE)
      .catch((cause: unknown) => caller.context.log.warn({ err: cause }, 'lease not renewed'))
  }, LEASE / 3)
  try {
    return await work(upload, async (to) => {
      const moved = await house.store.single.uploads.advance(id, { owner, from: upload.position, to })
      if (!moved) throw new AppError('conflict', 'another request has moved this upload on')
      if (to.key !== upload.position.key) await house.blobs.delete(upload.position.key)
    })
  } finally {
    clearInterval(renewal)
    await house.store.single.uploads.release(id, owner)
  }
}

/**
 * A session of this repository and this credential: to anybody else it isn't there.
 * @throws {AppError} `upload-unknown`
 */
export async function findUpload(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
): Promise<UploadRecord> {
  const upload = await house.store.read.uploads.find(id)
  const repository = target.type === 'ours' ? target.repository?.id : undefined
  const credential = caller.principal.type === 'credential' ? caller.principal.credential : undefined
  if (upload !== undefined && upload.repository === repository && upload.credential === credential)
    return upload
  throw new AppError(
    'upload-unknown',
    'there is no such upload: it was finished, cancelled, or not touched for too long',
  )
}

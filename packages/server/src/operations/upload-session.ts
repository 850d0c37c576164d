import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { UploadPosition } from '../stores/blobs/port.ts'
import type { UploadHold, UploadRecord } from '../stores/metadata/port/bytes.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import type { Target } from './target.ts'

/** An upload in this request's hand. */
export type HeldUpload = {
  /** As it was found. */
  readonly record: UploadRecord
  /** Moves the session's row on; what was written is the session's only once this has resolved. */
  readonly advance: (to: UploadPosition) => Promise<void>
  /** For the transaction that ends the session: only whom nobody has replaced may. */
  readonly hold: () => UploadHold
}

/**
 * Milliseconds. Renewed twice in the meantime; a client whose server died waits no longer for another to take up its upload.
 * An owner that is stopped for longer loses nothing but its right: every step is by compare-and-set.
 */
const LEASE = 15_000

/**
 * Holds an upload's lease while `work` writes to it, and renews it, however long the body takes.
 * @throws {AppError} `upload-unknown`; `conflict` while another request writes to it
 */
export async function withUpload<Value>(
  house: House,
  caller: Caller,
  target: Target,
  id: string,
  work: (upload: HeldUpload) => Promise<Value>,
): Promise<Value> {
  await findUpload(house, caller, target, id)
  const { uploads } = house.store.single
  const owner = randomUUID()
  const record = await uploads.lease(id, owner, LEASE)
  if (record === undefined) throw await taken(house, caller, target, id)
  const warn = (cause: unknown) =>
    caller.context.log.warn({ err: cause }, 'the lease of an upload could not be changed')
  let last: Promise<unknown> = Promise.resolve()
  const renewal = setInterval(() => {
    last = uploads.lease(id, owner, LEASE).catch(warn)
  }, LEASE / 3)
  let from = record.position
  const advance = async (to: UploadPosition) => {
    if (!(await uploads.advance(id, { owner, from, to })))
      throw new AppError('conflict', 'another request has moved this upload on: ask how far it came')
    const before = from
    from = to
    await house.blobs.leave(before, to)
  }
  try {
    return await work({ record, advance, hold: () => ({ owner, from }) })
  } finally {
    clearInterval(renewal)
    // A renewal that overtook the release would keep everybody out.
    await last
    await uploads.release(id, owner).catch(warn)
  }
}

/** Another request holds it, or has ended it. */
async function taken(house: House, caller: Caller, target: Target, id: string): Promise<AppError> {
  const { lease } = await findUpload(house, caller, target, id)
  const left = lease === undefined ? 0 : lease.until - house.clock()
  const retryAfterSeconds = Math.min(Math.max(Math.ceil(left / 1_000), 1), LEASE / 1_000)
  return new AppError('conflict', 'another request is writing to this upload', { retryAfterSeconds })
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

import type { Digest } from '@wharden/oci'
import type { Secret } from '@wharden/system'
import { AppError } from '../errors.ts'
import type { Writable } from 'node:stream'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
import { refreshBlob, type LinkedBlob } from './refresh-blob.ts'
import { requireLive } from './require-live.ts'
import type { Target } from './target.ts'

/**
 * A blob's record, if the repository links it: bytes are shared between repositories, the right to read them is not.
 * @throws {AppError} `denied`, `scope-needed`, `repository-unknown`, `blob-unknown`
 */
export async function pullBlob(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
): Promise<LinkedBlob> {
  await authorizeTarget(house, caller, target, 'pull')
  const repository = requireLive(target)
  const blob = await house.store.read.blobs.linked(repository.id, digest)
  if (blob === undefined)
    throw new AppError('blob-unknown', `\`${target.fullName}\` has no blob \`${digest}\``)
  return blob
}

/**
 * As `pullBlob`, for clients that ask before they push: "it is here" must stay true until their manifest arrives, so it
 * keeps garbage collection away for a while.
 */
export async function statBlob(
  house: House,
  caller: Caller,
  target: Target,
  digest: Digest,
): Promise<LinkedBlob> {
  const blob = await pullBlob(house, caller, target, digest)
  await refreshBlob(house, requireLive(target).id, blob)
  return blob
}

/** A client that follows at once needs a moment; one that comes back later asks us again. */
const SIGNED_SECONDS = 300

/**
 * Where the bytes of a blob that `pullBlob` allowed may be fetched instead of here, if they are to be: those of a large blob
 * whose store has addresses, where the operator wants it.
 */
export async function addressOfBlob(house: House, blob: LinkedBlob): Promise<Secret | undefined> {
  const { redirectFromBytes = Infinity } = house.config
  return blob.size < redirectFromBytes ? undefined : house.blobs.sign?.(blob.key, SIGNED_SECONDS)
}

/** Bytes of a blob, opened: nothing can be wrong with them any more when the answer begins. */
export type OpenedBlob =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'stream'; readonly sendTo: (response: Writable, signal: AbortSignal) => Promise<void> }

/** Up to this many bytes are read at once, and remembered. */
const SMALL = 64 * 1024

/**
 * Opens bytes [start, end) of a blob that `pullBlob` allowed.
 * @throws {AppError} `unavailable` when the store has lost what its row says is there
 */
export async function openBlob(
  house: House,
  blob: LinkedBlob,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<OpenedBlob> {
  if (blob.size <= SMALL) {
    const bytes = await house.blobs.readAll(blob.key, blob.size)
    if (bytes === undefined) throw lost(blob)
    return { type: 'bytes', bytes: bytes.subarray(start, end) }
  }
  const reader = await house.blobs.read(blob.key, { start, end })
  if (reader === undefined) throw lost(blob)
  return { type: 'stream', sendTo: async (response, signal) => void (await reader.pipeTo(response, signal)) }
}

/** The row says it is there and the store hasn't got it: ours to mend, not the client's. */
function lost(blob: LinkedBlob): AppError {
  return new AppError(
    'unavailable',
    `the bytes of ${blob.digest} can not be read; tell the server's administrator`,
  )
}

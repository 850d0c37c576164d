import type { Digest } from '@wharden/oci'
import { AppError } from '../errors.ts'
import { refreshBlob, type LinkedBlob } from './refresh-blob.ts'
import { authorizeTarget } from './authorize-target.ts'
import type { Caller } from './caller.ts'
import type { House } from './house.ts'
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

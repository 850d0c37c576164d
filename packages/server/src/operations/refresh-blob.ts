import type { RepositoryId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { BlobRecord } from '../stores/metadata/port/bytes.ts'
import type { House } from './house.ts'

/** A blob as one repository links it; `touchedAt`: when that link was last refreshed. */
export type LinkedBlob = BlobRecord & { readonly touchedAt: number }

/** Of the time collection waits, this part may pass before a refresh is written down: an hour of a day. */
const REFRESH_AFTER = 1 / 24

/**
 * Keeps a linked blob from being collected for as long as collection waits (a day), less a 24th.
 * @throws {AppError} `blob-unknown` if it was collected in this very moment
 */
export async function refreshBlob(house: House, repository: RepositoryId, blob: LinkedBlob): Promise<void> {
  const written = house.config.collectAfterSeconds * 1_000 * REFRESH_AFTER
  if (blob.touchedAt > house.store.now() - written) return
  if (await house.store.single.blobs.refresh(repository, blob.digest)) return
  throw new AppError('blob-unknown', `no blob \`${blob.digest}\` is here any more`)
}

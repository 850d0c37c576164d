import type { RepositoryId } from '@wharden/policy'
import { AppError } from '../errors.ts'
import type { BlobRecord } from '../stores/metadata/port/bytes.ts'
import type { House } from './house.ts'

/** A blob as one repository links it; `touchedAt`: when that link was last refreshed. */
export type LinkedBlob = BlobRecord & { readonly touchedAt: number }

/** Refreshing once an hour is enough: collection waits for 24. */
const REFRESH_AFTER = 3_600_000

/**
 * Keeps a linked blob from being collected for another day.
 * @throws {AppError} `blob-unknown` if it was collected in this very moment
 */
export async function refreshBlob(house: House, repository: RepositoryId, blob: LinkedBlob): Promise<void> {
  if (blob.markedAt === undefined && blob.touchedAt > house.clock() - REFRESH_AFTER) return
  if (await house.store.single.blobs.refresh(repository, blob.digest)) return
  throw new AppError('blob-unknown', `no blob \`${blob.digest}\` is here any more`)
}

import { openFilesystemBlobStore } from './filesystem/open.ts'
import type { BlobStore } from './port.ts'
import type { S3BlobStoreOptions } from './s3/open.ts'

/** Where a blob store is, and how it is reached. */
export type BlobLocation =
  | { readonly type: 'directory'; readonly directory: string; readonly minimumFreeBytes: number }
  | ({ readonly type: 's3' } & S3BlobStoreOptions)

/** The SDK for S3 costs a third of a second and 37 MB: it is loaded where it is used. */
export async function openBlobStore(location: BlobLocation): Promise<BlobStore> {
  if (location.type === 'directory') return openFilesystemBlobStore(location)
  const { openS3BlobStore } = await import('./s3/open.ts')
  return openS3BlobStore(location)
}

import type { Config } from '../config.ts'
import { openFilesystemBlobStore } from '../stores/blobs/filesystem/open.ts'
import type { BlobStore } from '../stores/blobs/port.ts'

/** The blob store that the configuration says. */
export function openBlobs({ blobDirectory: directory, minimumFreeBytes }: Config): Promise<BlobStore> {
  return openFilesystemBlobStore({ directory, minimumFreeBytes, cacheBytes: 0 })
}

/** Whether two configurations mean the same bytes. */
export function haveSameBlobs(one: Config, other: Config): boolean {
  return one.blobDirectory === other.blobDirectory
}

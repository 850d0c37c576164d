// How the contract's processes open a filesystem store.
import type { BlobStore } from '../port.ts'
import { openFilesystemBlobStore } from './open.ts'

export function openPlace(directory: string): Promise<BlobStore> {
  return openFilesystemBlobStore({ directory, minimumFreeBytes: 1 })
}

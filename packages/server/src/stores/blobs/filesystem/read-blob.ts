import { open, type FileHandle } from 'node:fs/promises'
import type { BlobKey } from '../blob-key.ts'
import { assertRange, assertWhole } from '../blob-range.ts'
import type { BlobRange, BlobReader } from '../port.ts'
import type { BufferPool } from './buffer-pool.ts'
import { blobPath } from './layout.ts'
import { RangeReader } from './range-reader.ts'
import { SMALL_BLOB_BYTES, type SmallBlobs } from '../small-blobs.ts'
import { unlessMissing } from './system-error.ts'

/** Opens part of a blob; from then on its deletion is of no matter, as the file lives while it is open. */
export async function openRange(
  directory: string,
  key: BlobKey,
  range: BlobRange,
  buffers: BufferPool,
): Promise<BlobReader | undefined> {
  assertRange(range)
  const file = await openOfSize(directory, key, range.end)
  return file === undefined ? undefined : new RangeReader(file, range, buffers)
}

/** All bytes of a small blob, from memory where they are. */
export async function readWhole(
  directory: string,
  key: BlobKey,
  size: number,
  small: SmallBlobs,
): Promise<Uint8Array | undefined> {
  assertWhole(size)
  const kept = small.get(key)
  if (kept !== undefined) return kept.byteLength === size ? kept : undefined
  const file = await openOfSize(directory, key, size)
  if (file === undefined) return undefined
  try {
    const bytes = await readBytes(file, size)
    if (size <= SMALL_BLOB_BYTES) small.put(key, bytes)
    return bytes
  } finally {
    await file.close()
  }
}

/** Undefined when the file is missing or shorter: neither is what a row speaks of. */
async function openOfSize(directory: string, key: BlobKey, size: number): Promise<FileHandle | undefined> {
  const file = await unlessMissing(open(blobPath(directory, key), 'r'))
  if (file === undefined) return undefined
  try {
    if ((await file.stat()).size >= size) return file
  } catch (cause) {
    await file.close()
    throw cause
  }
  await file.close()
  return undefined
}

async function readBytes(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(size)
  for (let filled = 0; filled < size;) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled)
    if (bytesRead === 0) throw new Error(`a blob's file ends at byte ${filled}, before byte ${size}`)
    filled += bytesRead
  }
  return bytes
}

import { dirname, join } from 'node:path'
import { syncDirectory } from '@wharden/system'
import type { Row } from '../stores/metadata/portable/row-line.ts'
import { blobFile, blobFolder, sizeOfFile } from './backup-directory.ts'
import { blobRows } from './blob-rows.ts'
import type { BlobSource } from './blob-source.ts'
import { inParallel } from './in-parallel.ts'
import { interruptible } from './pour-rows.ts'
import type { Copying } from './progress.ts'
import { saveBlob } from './save-blob.ts'

const AT_ONCE = 4

/** Copies those a backup lacks: what is there was verified when it was written. Names durable when it resolves. */
export async function saveBlobs(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
  directory: string,
  source: BlobSource,
  { progress, signal }: Copying,
): Promise<{ readonly copied: number; readonly copiedBytes: number }> {
  const folders = new Set<string>()
  let copied = 0
  let copiedBytes = 0
  let count = 0
  let bytes = 0
  for await (const batch of interruptible(batches, signal)) {
    await inParallel(blobRows(columns, batch), AT_ONCE, async ({ digest, size }) => {
      signal.throwIfAborted()
      count += 1
      bytes += size
      if ((await sizeOfFile(blobFile(directory, digest))) !== size) {
        await saveBlob(source, directory, digest, size, signal)
        const folder = blobFolder(directory, digest)
        for (const made of [folder, dirname(folder), join(directory, 'blobs')]) folders.add(made)
        copied += 1
        copiedBytes += size
      }
      progress({ type: 'blobs', act: 'copying images', count, bytes })
    })
  }
  for (const folder of folders) await syncDirectory(folder)
  return { copied, copiedBytes }
}

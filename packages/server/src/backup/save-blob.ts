import { mkdir, open, rename, rm } from 'node:fs/promises'
import type { Digest } from '@wharden/oci'
import { blobFile, blobFolder } from './backup-directory.ts'
import { fileSink, isBlob, startTally } from './blob-sinks.ts'
import type { BlobSource } from './blob-source.ts'
import { CopyError } from './copy-error.ts'

/** What a killed backup leaves beside the blobs; the next one sweeps it. */
export const UNFINISHED_FILE = '.unfinished'

/** Writes one blob into a backup: aside, verified, flushed, then put in its place. @throws CopyError naming it */
export async function saveBlob(
  source: BlobSource,
  directory: string,
  digest: Digest,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(blobFolder(directory, digest), { recursive: true, mode: 0o700 })
  const path = blobFile(directory, digest)
  const aside = `${path}${UNFINISHED_FILE}`
  const file = await open(aside, 'w', 0o600)
  try {
    const tally = startTally(digest)
    if (!(await source.send(digest, size, fileSink(tally, file), signal)))
      throw new CopyError('failed', await source.blame(digest, 'missing'))
    if (!isBlob(tally, digest, size)) throw new CopyError('failed', await source.blame(digest, 'damaged'))
    await file.sync()
    await rename(aside, path)
  } catch (cause) {
    await rm(aside, { force: true })
    throw cause
  } finally {
    await file.close()
  }
}

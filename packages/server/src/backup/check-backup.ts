import { resolve } from 'node:path'
import { blobRows } from './blob-rows.ts'
import { readColumns, readRows, tablePath } from './backup-directory.ts'
import { isBlob, startTally, tallySink } from './blob-sinks.ts'
import { directoryBlobs } from './blob-source.ts'
import { CopyError } from './copy-error.ts'
import { explainFailure } from './explain-failure.ts'
import { inParallel } from './in-parallel.ts'
import { openBackup, verifyTables } from './open-backup.ts'
import { interruptible } from './pour-rows.ts'
import type { Copying } from './progress.ts'

export type CheckReport = {
  readonly directory: string
  readonly takenAt: string
  readonly rows: number
  readonly blobs: { readonly count: number; readonly bytes: number }
}

/** Reads all of a backup, and changes nothing. @throws CopyError naming every blob that is missing or damaged */
export async function checkBackup({
  directory: given,
  ...copying
}: Copying & { readonly directory: string }): Promise<CheckReport> {
  return explainFailure(copying.signal, 'interrupted: nothing was changed', async () => {
    const directory = resolve(given)
    const { manifest } = await openBackup(directory)
    await verifyTables(directory, manifest, copying)
    const path = tablePath(directory, manifest.metadata, 'blob')
    const columns = await readColumns(path)
    const source = directoryBlobs(directory)
    const faults: string[] = []
    let count = 0
    let bytes = 0
    for await (const batch of interruptible(readRows(path, columns.length), copying.signal))
      await inParallel(blobRows(columns, batch), 4, async ({ digest, size }) => {
        const tally = startTally(digest)
        const sent = await source.send(digest, size, tallySink(tally), copying.signal)
        if (!sent) faults.push(await source.blame(digest, 'missing'))
        else if (!isBlob(tally, digest, size)) faults.push(await source.blame(digest, 'damaged'))
        count += 1
        bytes += size
        copying.progress({ type: 'blobs', act: 'verifying images', count, bytes })
      })
    if (faults.length > 0) throw new CopyError('failed', faults.join('; '))
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    return { directory, takenAt: manifest.takenAt, rows, blobs: { count, bytes } }
  })
}

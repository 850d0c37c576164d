import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Row } from '../stores/metadata/portable/row-line.ts'
import { blobFile, blobFolder } from './backup-directory.ts'
import { blobRows } from './blob-rows.ts'

/**
 * Takes away what the manifest doesn't name: the snapshot before, blobs of images deleted since, what killed backups left.
 * @param batches the rows of `blob`, in order: so those of one folder come together
 * @returns how many blobs
 */
export async function sweepBackup(
  directory: string,
  snapshot: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
): Promise<number> {
  await removeOthers(join(directory, 'metadata'), new Set([basename(snapshot)]))
  const swept = new Set<string>()
  let folder: string | undefined
  let named = new Set<string>()
  let removed = 0
  const sweep = async (): Promise<void> => {
    if (folder === undefined) return
    swept.add(folder)
    removed += await removeOthers(folder, named)
  }
  for await (const batch of batches)
    for (const { digest } of blobRows(columns, batch)) {
      if (blobFolder(directory, digest) !== folder) {
        await sweep()
        folder = blobFolder(directory, digest)
        named = new Set()
      }
      named.add(basename(blobFile(directory, digest)))
    }
  await sweep()
  for (const other of await allFolders(directory))
    if (!swept.has(other)) removed += await removeOthers(other, new Set())
  return removed
}

async function removeOthers(folder: string, named: ReadonlySet<string>): Promise<number> {
  const others = (await namesIn(folder)).filter((name) => !named.has(name))
  for (const name of others) await rm(join(folder, name), { recursive: true, force: true })
  return others.length
}

async function allFolders(directory: string): Promise<readonly string[]> {
  const root = join(directory, 'blobs')
  const found: string[] = []
  for (const algorithm of await namesIn(root))
    for (const name of await namesIn(join(root, algorithm))) found.push(join(root, algorithm, name))
  return found
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

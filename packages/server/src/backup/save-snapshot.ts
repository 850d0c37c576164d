import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@wharden/system'
import type { Row } from '../stores/metadata/portable/row-line.ts'
import type { Snapshot } from '../stores/metadata/portable/snapshot.ts'
import { createAuditCheck } from './audit-check.ts'
import { tablePath } from './backup-directory.ts'
import { blobRows } from './blob-rows.ts'
import type { Manifest } from './manifest.ts'
import { interruptible } from './pour-rows.ts'
import type { Copying } from './progress.ts'
import { saveTable } from './save-table.ts'
import { collectSealKeys } from './sealed-rows.ts'

export type SavedSnapshot = Pick<
  Manifest,
  'schema' | 'installation' | 'metadata' | 'tables' | 'blobs' | 'audit' | 'sealKeys'
>

/** Writes all tables of one moment into a folder of their own, and looks at them while they go by. */
export async function saveSnapshot(
  snapshot: Snapshot,
  directory: string,
  folder: string,
  { progress, signal }: Copying,
): Promise<SavedSnapshot> {
  await mkdir(join(directory, folder), { recursive: true, mode: 0o700 })
  const audit = createAuditCheck()
  const sealKeys = new Set<string>()
  const blobs = { count: 0, bytes: 0 }
  const tables: SavedSnapshot['tables'] = []
  const look = (table: string, columns: readonly string[], batch: readonly Row[]): void => {
    audit.see(table, columns, batch)
    collectSealKeys(sealKeys, table, columns, batch)
    if (table !== 'blob') return
    for (const { size } of blobRows(columns, batch)) {
      blobs.count += 1
      blobs.bytes += size
    }
  }
  for (const [name, columns] of snapshot.tables) {
    let rows = 0
    const looked = async function* (): AsyncGenerator<readonly Row[]> {
      for await (const batch of interruptible(snapshot.rows(name), signal)) {
        look(name, columns, batch)
        rows += batch.length
        progress({ type: 'rows', act: 'saving', table: name, rows })
        yield batch
      }
    }
    tables.push({ name, ...(await saveTable(tablePath(directory, folder, name), columns, looked())) })
  }
  await syncDirectory(join(directory, folder))
  const { chains, events, broken } = audit.verdict()
  return {
    schema: [...snapshot.schema],
    installation: snapshot.installation,
    metadata: folder,
    tables,
    blobs,
    audit: { chains, events, broken: [...broken] },
    sealKeys: [...sealKeys],
  }
}

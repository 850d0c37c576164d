import type { Row } from '../stores/metadata/portable/row-line.ts'
import type { Snapshot } from '../stores/metadata/portable/snapshot.ts'
import { readColumns, readRows, tablePath } from './backup-directory.ts'
import type { Manifest } from './manifest.ts'

/** What is to be filled in somewhere: rows of one moment, wherever they are. */
export type Content = {
  readonly schema: readonly string[]
  /** In the order to load them, each with its columns. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly rows: (table: string) => AsyncIterable<readonly Row[]>
}

export function snapshotContent({ schema, tables, rows }: Snapshot): Content {
  return { schema, tables, rows }
}

export async function backupContent(directory: string, manifest: Manifest): Promise<Content> {
  const path = (table: string) => tablePath(directory, manifest.metadata, table)
  const tables = new Map<string, readonly string[]>()
  for (const { name } of manifest.tables) tables.set(name, await readColumns(path(name)))
  return {
    schema: manifest.schema,
    tables,
    rows: (table) => readRows(path(table), tables.get(table)?.length ?? 0),
  }
}

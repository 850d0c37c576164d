import { PORTABLE_TABLES } from '../stores/metadata/portable/portable-tables.ts'
import type { Row } from '../stores/metadata/portable/row-line.ts'

/** `secrets/seal.ts` writes these; a setting's value is JSON. */
const SEALED = /^"?v1\.([0-9a-f]{16})\./

/** Adds the ids of the keys that sealed what is sealed in these rows. */
export function collectSealKeys(
  ids: Set<string>,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
): void {
  const column = PORTABLE_TABLES.get(table)?.sealed
  if (column === undefined) return
  const place = columns.indexOf(column)
  for (const row of rows) {
    const [, id] = SEALED.exec(String(row[place])) ?? []
    if (id !== undefined) ids.add(id)
  }
}

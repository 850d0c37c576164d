import { open } from 'node:fs/promises'
import { tableLines, type TableDigest } from '../stores/metadata/portable/table-digest.ts'
import type { Row } from '../stores/metadata/portable/row-line.ts'

/** Writes a table into a file, durable (but for its name) when it resolves. */
export async function saveTable(
  path: string,
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
): Promise<TableDigest> {
  const file = await open(path, 'wx', 0o600)
  try {
    const lines = tableLines(columns, batches)
    for (;;) {
      const next = await lines.next()
      if (next.done === true) {
        await file.sync()
        return next.value
      }
      await file.writeFile(next.value)
    }
  } finally {
    await file.close()
  }
}

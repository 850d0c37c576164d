import { createHash } from 'node:crypto'
import { formatRow, type Row } from './row-line.ts'

export type TableDigest = {
  readonly rows: number
  /** SHA-256, hex, of the table as lines: its columns, then its rows, in the order of the primary key. */
  readonly digest: string
}

/**
 * A table as text, the same from either database; and its digest, which is so too.
 * @returns an iterator over the lines, batch by batch, that ends with the digest
 */
export async function* tableLines(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string, TableDigest> {
  const digest = createHash('sha256')
  let rows = 0
  let text = `${JSON.stringify(columns)}\n`
  for await (const batch of batches) {
    for (const row of batch) text += `${formatRow(row)}\n`
    rows += batch.length
    digest.update(text)
    yield text
    text = ''
  }
  digest.update(text)
  if (text !== '') yield text
  return { rows, digest: digest.digest('hex') }
}

/** Its digest alone: to compare what arrived with what was sent. */
export async function digestTable(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
): Promise<TableDigest> {
  const lines = tableLines(columns, batches)
  for (;;) {
    const line = await lines.next()
    if (line.done === true) return line.value
  }
}

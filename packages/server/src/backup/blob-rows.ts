import { parseDigest, type Digest } from '@wharden/oci'
import type { Row } from '../stores/metadata/portable/row-line.ts'

export type BlobRow = { readonly digest: Digest; readonly size: number; readonly row: Row }

/** The rows of `blob`, read. Throws for a digest that is none: it becomes a file's name. */
export function blobRows(columns: readonly string[], rows: readonly Row[]): readonly BlobRow[] {
  const [digestAt, sizeAt] = [columns.indexOf('digest'), columns.indexOf('size')]
  return rows.map((row) => {
    const digest = parseDigest(String(row[digestAt]))
    const size = row[sizeAt]
    if (digest === undefined || typeof size !== 'number')
      throw new Error(`\`${String(row[digestAt])}\` in the table \`blob\` is not a digest with a size`)
    return { digest, size, row }
  })
}

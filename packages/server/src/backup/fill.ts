import type { Row } from '../stores/metadata/portable/row-line.ts'
import type { Target } from '../stores/metadata/portable/target.ts'
import type { AuditVerdict } from './audit-check.ts'
import type { Content } from './content.ts'
import { CopyError } from './copy-error.ts'
import { pourBlobs, type BlobRoute, type Poured } from './pour-blobs.ts'
import { pourRows, type PouredRows } from './pour-rows.ts'
import type { Copying } from './progress.ts'

export type FillReport = {
  readonly rows: number
  readonly tables: PouredRows['tables']
  readonly blobs: Poured
  readonly audit: AuditVerdict
  /** Migrations that brought older rows to this version's schema. */
  readonly migrated: readonly string[]
}

export type FillOptions = {
  readonly content: Content
  /** The rows of `blob`, in whatever way they are best read while their bytes are copied. */
  readonly bytes: AsyncIterable<readonly Row[]>
  readonly target: Target
  readonly route: BlobRoute
  readonly copying: Copying
}

/** What restore and move have in common: first the bytes, then the rows, each verified; then the schema is brought forward. */
export async function fill({ content, bytes, target, route, copying }: FillOptions): Promise<FillReport> {
  const blobs = await pourBlobs(content.tables.get('blob') ?? [], bytes, target, route, copying)
  const { tables, audit } = await pourRows(content, target, copying)
  for (const sentence of audit.broken) copying.warn(`${sentence}; it was so in the source`)
  const migrated = await target.migrate()
  return { rows: tables.reduce((sum, table) => sum + table.rows, 0), tables, blobs, audit, migrated }
}

/** Another installation's bytes: this one would take them for its own litter, and sweep them away. */
export async function requireNoOtherBytes(target: Target, route: BlobRoute): Promise<void> {
  if (route.type === 'keep' || target.progress.type === 'loaded' || !target.progress.fresh) return
  for await (const keys of route.blobs.keys(Date.now())) {
    await target.finish()
    throw new CopyError(
      'conflict',
      `the blob store is not empty: it has ${keys.length} keys or more; nothing was changed. Choose another place, or empty that one`,
    )
  }
}

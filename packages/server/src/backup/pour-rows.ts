import { hash } from 'node:crypto'
import { digestTable, type TableDigest } from '../stores/metadata/portable/table-digest.ts'
import type { Row } from '../stores/metadata/portable/row-line.ts'
import type { Target } from '../stores/metadata/portable/target.ts'
import { createAuditCheck, type AuditVerdict } from './audit-check.ts'
import type { Content } from './content.ts'
import { CopyError } from './copy-error.ts'
import type { Copying } from './progress.ts'

export type PouredRows = {
  readonly tables: readonly (TableDigest & { readonly name: string })[]
  readonly audit: AuditVerdict
}

/**
 * Fills the target's tables, reads them back and compares: all in one transaction, so that it holds everything or nothing.
 * When an earlier attempt had come to that, it is compared only.
 * @throws CopyError naming the table that arrived otherwise than it was sent
 */
export async function pourRows(content: Content, target: Target, copying: Copying): Promise<PouredRows> {
  if (target.progress.type === 'loaded') return compareOnly(content, target.progress.content, copying)
  let poured: PouredRows | undefined
  await target.load(async (fill, readBack) => {
    const sent = await passThrough(content, copying, 'loading', fill)
    for (const { name, rows, digest } of sent.tables) {
      copying.progress({ type: 'rows', act: 'comparing', table: name, rows })
      const columns = content.tables.get(name) ?? []
      const arrived = await digestTable(columns, interruptible(readBack(name, columns), copying.signal))
      if (arrived.digest !== digest)
        throw new CopyError(
          'failed',
          `the table \`${name}\` arrived otherwise than it was sent (${arrived.rows} rows of ${rows}): nothing was kept of it`,
        )
    }
    poured = sent
    return contentId(sent)
  })
  if (poured === undefined) throw new Error('a transaction ended before its work')
  return poured
}

async function compareOnly(content: Content, loaded: string, copying: Copying): Promise<PouredRows> {
  const sent = await passThrough(content, copying, 'comparing', async () => {})
  if (contentId(sent) === loaded) return sent
  throw new CopyError(
    'conflict',
    'the target holds what an earlier attempt brought, and that was something else: give it an empty database',
  )
}

async function passThrough(
  { tables, rows }: Content,
  { progress, signal }: Copying,
  act: string,
  take: (table: string, columns: readonly string[], rows: readonly Row[]) => Promise<void>,
): Promise<PouredRows> {
  const audit = createAuditCheck()
  const digests: (TableDigest & { readonly name: string })[] = []
  for (const [name, columns] of tables) {
    let count = 0
    const taken = async function* (): AsyncGenerator<readonly Row[]> {
      for await (const batch of interruptible(rows(name), signal)) {
        await take(name, columns, batch)
        audit.see(name, columns, batch)
        count += batch.length
        progress({ type: 'rows', act, table: name, rows: count })
        yield batch
      }
    }
    digests.push({ name, ...(await digestTable(columns, taken())) })
  }
  return { tables: digests, audit: audit.verdict() }
}

/** Ends between two batches when the operator wants it to. */
export async function* interruptible<Batch>(
  batches: AsyncIterable<Batch>,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    signal.throwIfAborted()
    yield batch
  }
}

/** Tells one content from another. */
function contentId({ tables }: PouredRows): string {
  return hash('sha256', JSON.stringify(tables.map(({ name, digest }) => [name, digest])))
}

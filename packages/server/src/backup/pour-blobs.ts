import type { BlobKey, BlobStore } from '../stores/blobs/port.ts'
import type { Row } from '../stores/metadata/portable/row-line.ts'
import type { Target } from '../stores/metadata/portable/target.ts'
import { blobRows } from './blob-rows.ts'
import type { BlobSource } from './blob-source.ts'
import type { Copying } from './progress.ts'
import { inParallel } from './in-parallel.ts'
import { requireReadable, storeBlob } from './store-blob.ts'

const AT_ONCE = 4
/** So many are copied before their rows are written: what a killed run has to do again at most. */
const BATCH = 64

export type BlobRoute =
  /** Every blob gets a new key in the other store. */
  | { readonly type: 'copy'; readonly source: BlobSource; readonly blobs: BlobStore }
  /** Source and target share a store: bytes stay where they are. */
  | {
      readonly type: 'keep'
      readonly blobs: BlobStore
      readonly keysOf: (digests: readonly string[]) => Promise<ReadonlyMap<string, BlobKey>>
    }

export type Poured = {
  readonly count: number
  readonly bytes: number
  readonly copied: number
  readonly copiedBytes: number
}

/** Brings the bytes of every blob, verified and read back, except those an earlier attempt has brought. */
export async function pourBlobs(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
  target: Target,
  route: BlobRoute,
  { progress, signal }: Copying,
): Promise<Poured> {
  const poured = { count: 0, bytes: 0, copied: 0, copiedBytes: 0 }
  for await (const batch of inBatches(batches)) {
    signal.throwIfAborted()
    const blobs = blobRows(columns, batch)
    const arrived = await target.arrived(blobs.map(({ digest }) => digest))
    const fresh: (readonly [BlobKey, Row])[] = []
    const kept = route.type === 'keep' ? await route.keysOf(blobs.map(({ digest }) => digest)) : undefined
    await inParallel(blobs, AT_ONCE, async ({ digest, size, row }) => {
      poured.count += 1
      poured.bytes += size
      if (!arrived.has(digest)) {
        const key = await bring(digest, size)
        fresh.push([key, row])
        poured.copied += 1
        poured.copiedBytes += size
      }
      progress({ type: 'blobs', act: 'copying images', count: poured.count, bytes: poured.bytes })
    })
    if (fresh.length > 0) await target.addBlobs(columns, fresh)

    async function bring(
      ...[digest, size]: readonly [(typeof blobs)[number]['digest'], number]
    ): Promise<BlobKey> {
      const key = kept?.get(digest)
      if (route.type === 'copy') return storeBlob(route.source, route.blobs, digest, size, signal)
      if (key === undefined) throw new Error(`\`${digest}\` went away meanwhile`)
      await requireReadable(route.blobs, key, digest, size, signal)
      return key
    }
  }
  return poured
}

async function* inBatches(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  for await (const rows of batches)
    for (let start = 0; start < rows.length; start += BATCH) yield rows.slice(start, start + BATCH)
}

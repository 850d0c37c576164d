import type { BlobKey } from '../../blobs/blob-key.ts'
import type { PortableConnection } from './connection.ts'

/** Where the bytes of these digests are, by digest: of those that have a row. */
export async function keysOf(
  { query }: Pick<PortableConnection, 'query'>,
  digests: readonly string[],
): Promise<ReadonlyMap<string, BlobKey>> {
  if (digests.length === 0) return new Map()
  const rows = await query(`SELECT digest, key FROM blob WHERE digest IN (${placesFor(digests)})`, digests)
  // Keys come back as they were made: by the blob store.
  return new Map(rows.map(([digest, key]) => [String(digest), String(key) as BlobKey]))
}

/** A place for each value. */
export function placesFor(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

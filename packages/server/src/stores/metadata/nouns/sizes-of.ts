import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import { sql } from 'kysely'
import type { Session } from '../session.ts'

type Row = { readonly root: Digest; readonly size: number }

/** Bytes of the blobs that manifests need, by themselves or through the manifests they name. */
export async function sizesOf(
  session: Session,
  repository: RepositoryId,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, number>> {
  if (digests.length === 0) return new Map()
  const query = sql<Row>`
    WITH RECURSIVE part(root, digest) AS (
      SELECT digest, digest FROM manifest WHERE repository_id = ${repository} AND digest IN (${sql.join(digests)})
      UNION
      SELECT p.root, r.child_digest FROM part p JOIN manifest_reference r
        ON r.repository_id = ${repository} AND r.manifest_digest = p.digest AND r.kind = 'manifest')
    SELECT root, SUM(size) AS size FROM (
      SELECT DISTINCT p.root, b.digest, b.size FROM part p
        JOIN manifest_reference r
          ON r.repository_id = ${repository} AND r.manifest_digest = p.digest AND r.kind = 'blob'
        JOIN blob b ON b.digest = r.child_digest) AS needed
    GROUP BY root`
  const rows = await session.all({ compile: () => query.compile(session.query) })
  return new Map(rows.map(({ root, size }) => [root, Number(size)]))
}

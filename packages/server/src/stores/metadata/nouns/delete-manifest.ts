import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { Session } from '../session.ts'

/**
 * Its tags and references go with it; the blobs that no other manifest of the repository needs may be collected in a day.
 * Whether another does is the collector's to find out: two that are deleted at once would each see the other's need.
 */
export async function deleteManifest(
  session: Session,
  repository: RepositoryId,
  digest: Digest,
): Promise<boolean> {
  const { query } = session
  // The links first, as whoever pushes a manifest holds them.
  await session.run(
    query
      .updateTable('blob_link')
      .set({ touched_at: session.now() })
      .where('repository_id', '=', repository)
      .where('digest', 'in', ({ selectFrom }) =>
        selectFrom('manifest_reference')
          .select('child_digest')
          .where('repository_id', '=', repository)
          .where('manifest_digest', '=', digest)
          .where('kind', '=', 'blob'),
      ),
  )
  const gone = await session.run(
    query.deleteFrom('manifest').where('repository_id', '=', repository).where('digest', '=', digest),
  )
  return gone === 1
}

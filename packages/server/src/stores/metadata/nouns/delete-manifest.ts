import type { Digest } from '@wharden/oci'
import type { RepositoryId } from '@wharden/policy'
import type { Session } from '../session.ts'

/** Its tags and references go with it; the blobs that no other manifest of the repository needs may be collected in a day. */
export async function deleteManifest(
  session: Session,
  repository: RepositoryId,
  digest: Digest,
): Promise<boolean> {
  const { query } = session
  const needed = await session.all(
    query
      .selectFrom('manifest_reference')
      .select('child_digest')
      .where('repository_id', '=', repository)
      .where('manifest_digest', '=', digest)
      .where('kind', '=', 'blob')
      .orderBy('child_digest'),
  )
  const gone = await session.run(
    query.deleteFrom('manifest').where('repository_id', '=', repository).where('digest', '=', digest),
  )
  if (gone === 0) return false
  for (const { child_digest } of needed) await releaseLink(session, repository, child_digest)
  return true
}

async function releaseLink(session: Session, repository: RepositoryId, digest: Digest): Promise<void> {
  await session.run(
    session.query
      .updateTable('blob_link')
      .set({ touched_at: session.now() })
      .where('repository_id', '=', repository)
      .where('digest', '=', digest)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('manifest_reference')
              .select('child_digest')
              .where('repository_id', '=', repository)
              .where('child_digest', '=', digest),
          ),
        ),
      ),
  )
}

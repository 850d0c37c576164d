import type { RepositoryName } from '@wharden/oci'
import { sql, type ExpressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'

/**
 * What repositories leave behind that are about to go: bytes of uploads to be deleted, blobs that may soon be collected (their
 * 24 hours begin now). The repositories are held first, and so that nothing can be linked in them any more: only a change of
 * what other rows refer to holds off new references, so they lose their names a moment before they go.
 */
export async function leaveBehind(
  session: Session,
  which: (repositories: ExpressionBuilder<Tables, 'repository'>) => Expression<SqlBool>,
): Promise<void> {
  const { query } = session
  const going = query.selectFrom('repository').select('id').where(which)
  await session.run(
    query
      .updateTable('repository')
      .set({ name: sql<RepositoryName>`id` })
      .where(which),
  )
  const uploads = await session.all(
    query.selectFrom('upload').select('key').where('repository_id', 'in', going),
  )
  await discardKeys(
    session,
    uploads.map((row) => row.key),
  )
  const links = query.selectFrom('blob_link').select('digest').where('repository_id', 'in', going)
  await session.run(query.updateTable('blob').set({ touched_at: session.now() }).where('digest', 'in', links))
}

export async function discardKeys(session: Session, keys: readonly BlobKey[]): Promise<void> {
  if (keys.length === 0) return
  await session.run(
    session.query
      .insertInto('discarded_key')
      .values(keys.map((key) => ({ key, discarded_at: session.now() })))
      .onConflict((conflict) => conflict.column('key').doNothing()),
  )
}

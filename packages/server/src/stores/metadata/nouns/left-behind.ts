import type { Digest } from '@wharden/oci'
import type { SelectQueryBuilder } from 'kysely'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'

type LinkQuery = SelectQueryBuilder<Tables, 'blob_link', { digest: Digest }>
type UploadQuery = SelectQueryBuilder<Tables, 'upload', { key: BlobKey }>

/** Sets aside the bytes of uploads that are about to go with their rows. */
export async function discardUploadKeys(
  session: Session,
  which: (uploads: UploadQuery) => UploadQuery,
): Promise<void> {
  const rows = await session.all(which(session.query.selectFrom('upload').select('key')))
  await discardKeys(
    session,
    rows.map((row) => row.key),
  )
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

/** The blobs these repositories link may soon be collected: their 24 hours begin now. */
export async function touchLinkedBlobs(
  session: Session,
  which: (links: LinkQuery) => LinkQuery,
): Promise<void> {
  const { query } = session
  await session.run(
    query
      .updateTable('blob')
      .set({ touched_at: session.now() })
      .where('digest', 'in', which(query.selectFrom('blob_link').select('digest'))),
  )
}

import type { SelectQueryBuilder } from 'kysely'
import type { BlobKey } from '../../blobs/blob-key.ts'
import type { Session } from '../session.ts'
import type { Tables } from '../tables.ts'

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

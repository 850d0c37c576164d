import type { SetupLinkReader, SetupLinks } from '../port/installation.ts'
import type { Session, TransactionSession } from '../session.ts'

export function setupLinkReader(session: Session): SetupLinkReader {
  return {
    async find(hash) {
      const row = await session.first(
        session.query.selectFrom('setup_link').selectAll().where('hash', '=', hash),
      )
      if (row === undefined) return undefined
      return { createdAt: row.created_at, expiresAt: row.expires_at, usedAt: row.used_at ?? undefined }
    },
  }
}

export function setupLinks(session: TransactionSession): SetupLinks {
  const { query } = session
  return {
    ...setupLinkReader(session),
    async create(hash, expiresAt) {
      await session.run(
        query
          .insertInto('setup_link')
          .values({ hash, created_at: session.now(), expires_at: expiresAt, used_at: null }),
      )
    },
    async use(hash) {
      const now = session.now()
      const used = await session.run(
        query
          .updateTable('setup_link')
          .set({ used_at: now })
          .where('hash', '=', hash)
          .where('used_at', 'is', null)
          .where('expires_at', '>', now),
      )
      return used === 1
    },
    async deleteAll() {
      await session.run(query.deleteFrom('setup_link'))
    },
  }
}

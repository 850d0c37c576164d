import type { Collection, CollectionReader, CollectionRun, CollectionWish } from '../port/collection.ts'
import type { Json } from '../port/page.ts'
import type { Session, TransactionSession } from '../session.ts'
import { settingReader, settings } from './settings.ts'

// Two values, each replaced as a whole, by changes of the installation only: one after the other.
const LAST = 'garbage-collection/last'
const WISH = 'garbage-collection/wish'

export function collectionReader(session: Session): CollectionReader {
  const { get } = settingReader(session)
  return {
    last: async () => written<CollectionRun>(await get(LAST)),
    wish: async () => written<CollectionWish>(await get(WISH)),
  }
}

export function collection(session: TransactionSession): Collection {
  const { put, delete: forget } = settings(session)
  const reader = collectionReader(session)
  return {
    ...reader,
    ask: (wish) => put(WISH, { ...wish }),
    async keep(run, fulfilled) {
      await put(LAST, { ...run })
      if (fulfilled !== undefined && (await reader.wish())?.id === fulfilled.id) await forget(WISH)
    },
  }
}

/** Only `collection` writes it. */
function written<Value>(value: Json | undefined): Value | undefined {
  return value as Value | undefined
}

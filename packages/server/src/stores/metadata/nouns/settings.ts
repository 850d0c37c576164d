import { canonicalJson, parseJson } from '../canonical-json.ts'
import type { SettingReader, Settings } from '../port/installation.ts'
import type { Json } from '../port/page.ts'
import type { Session, TransactionSession } from '../session.ts'

export function settingReader(session: Session): SettingReader {
  const { query } = session
  return {
    async get(key) {
      const row = await session.first(query.selectFrom('setting').select('value').where('key', '=', key))
      return row === undefined ? undefined : parseJson<Json>(row.value)
    },
    async all() {
      const rows = await session.all(query.selectFrom('setting').selectAll().orderBy('key'))
      return Object.fromEntries(rows.map((row) => [row.key, parseJson<Json>(row.value)]))
    },
  }
}

export function settings(session: TransactionSession): Settings {
  const { query } = session
  return {
    ...settingReader(session),
    async put(key, value) {
      const set = { value: canonicalJson(value) }
      await session.run(
        query
          .insertInto('setting')
          .values({ key, ...set })
          .onConflict((conflict) => conflict.column('key').doUpdateSet(set)),
      )
      session.announce(`setting:${key}`)
    },
    async delete(key) {
      const gone = await session.run(query.deleteFrom('setting').where('key', '=', key))
      if (gone === 1) session.announce(`setting:${key}`)
      return gone === 1
    },
  }
}

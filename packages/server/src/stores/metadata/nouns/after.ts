import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { TimePageQuery } from '../port/page.ts'

/** What comes after the last thing shown, by time and name at once: both databases know rows as values. */
export function after(
  columns: RawBuilder<unknown>,
  { at, name }: NonNullable<TimePageQuery['last']>,
  newestFirst: boolean,
): RawBuilder<SqlBool> {
  return newestFirst
    ? sql<SqlBool>`${columns} < (${at}, ${name})`
    : sql<SqlBool>`${columns} > (${at}, ${name})`
}

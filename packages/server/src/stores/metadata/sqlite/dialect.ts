import { sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { queryOnly } from '../query-only.ts'
import type { Dialect } from '../session.ts'

export function sqliteDialect(now: () => number): Dialect {
  return {
    type: 'sqlite',
    query: queryOnly({
      createAdapter: () => new SqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    }),
    placeholders: (text) => text,
    // The one process that owns the file has one clock.
    databaseNow: () => sql<number>`${now()}`,
    // There is one transaction that writes, at any time.
    forShare: '',
  }
}

import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { queryOnly } from '../query-only.ts'
import type { Dialect } from '../session.ts'
import { numberPlaceholders } from './placeholders.ts'

export function postgresDialect(): Dialect {
  return {
    type: 'postgres',
    query: queryOnly({
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    }),
    placeholders: numberPlaceholders,
    // Not now(): that is when the transaction began, and a lease may be asked for late in it.
    databaseNow: () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    forShare: 'FOR SHARE',
  }
}

import {
  DummyDriver,
  Kysely,
  type DialectAdapter,
  type DatabaseIntrospector,
  type QueryCompiler,
} from 'kysely'
import type { Tables } from './tables.ts'

type Parts = {
  readonly createAdapter: () => DialectAdapter
  readonly createQueryCompiler: () => QueryCompiler
  readonly createIntrospector: (db: Kysely<unknown>) => DatabaseIntrospector
}

/**
 * Kysely as a builder: what it compiles is run by a session. It has no connection, so a query can't slip past the
 * transaction it was meant for, and there is no nested transaction to deadlock on.
 */
export function queryOnly(parts: Parts): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: { ...parts, createDriver: () => new DummyDriver() } })
}

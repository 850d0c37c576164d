import type { MetadataLocation } from '../open.ts'
import type { Row, Value } from './row-line.ts'

/**
 * One connection to either database, used by one caller. SQL is what both understand, its parameters written `?`.
 * @see openConnection
 */
export type PortableConnection = {
  readonly type: MetadataLocation['type']
  /** The names of all tables that are ours to see. */
  readonly tables: () => Promise<readonly string[]>
  /** A table's columns, by name. */
  readonly columns: (table: string) => Promise<readonly string[]>
  /** Few rows, whole. */
  readonly query: (sql: string, parameters?: readonly Value[]) => Promise<readonly Row[]>
  /** Many rows, in batches of bounded size: within a transaction only. */
  readonly stream: (sql: string) => AsyncIterable<readonly Row[]>
  /** Adds rows, also where the database would have numbered them itself. */
  readonly insert: (table: string, columns: readonly string[], rows: readonly Row[]) => Promise<void>
  /** Begins a transaction: that sees one moment and nothing later, or that is alone in writing. */
  readonly begin: (kind: 'snapshot' | 'write') => Promise<void>
  readonly commit: () => Promise<void>
  readonly rollback: () => Promise<void>
  /** After many rows: what the database numbers itself goes on behind them, and it knows how many there are. */
  readonly afterInserts: (table: string) => Promise<void>
  /** Names of those who use the database and would not survive its being filled, in words. */
  readonly others: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

/** `read`: beside a running server. `write`: the caller has made sure to be alone. Each database by dynamic import. */
export async function openConnection(
  location: MetadataLocation,
  access: 'read' | 'write',
): Promise<PortableConnection> {
  if (location.type === 'sqlite') {
    const { openSqliteConnection } = await import('./sqlite-connection.ts')
    return openSqliteConnection(location.file, access)
  }
  const { openPostgresConnection } = await import('./postgres-connection.ts')
  return openPostgresConnection(location.url)
}

/** Text or bytes that weigh more than this, about, are handed over before more are taken up. */
export const BATCH_WEIGHT = 1024 * 1024
export const BATCH_ROWS = 1_000

/** About how many bytes of memory a row takes: for batches of bounded weight, whatever is in them. */
export function weightOf(row: Row): number {
  let weight = 0
  for (const value of row)
    weight += typeof value === 'object' && value !== null ? value.length : sizeOf(value)
  return weight
}

function sizeOf(value: string | number | null): number {
  return typeof value === 'string' ? value.length : 8
}

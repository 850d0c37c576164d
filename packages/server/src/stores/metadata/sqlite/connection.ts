import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Executed, Parameter } from '../session.ts'

/** One connection with its prepared statements. Synchronous: the writer's lives in its own thread. */
export type Connection = {
  readonly database: DatabaseSync
  readonly execute: (sql: string, parameters: readonly Parameter[]) => Executed
}

type Prepared = { readonly statement: StatementSync; readonly returnsRows: boolean }

/** Lists of values make ever new texts: those used longest ago are forgotten. */
const STATEMENTS_KEPT = 300

export function openConnection(file: string, access: 'read' | 'write'): Connection {
  const database = new DatabaseSync(file, { readOnly: access === 'read', timeout: 5_000 })
  if (access === 'write')
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;',
    )
  database.exec('PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;')
  const prepared = new Map<string, Prepared>()

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql)
    if (known !== undefined) {
      prepared.delete(sql)
      prepared.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    const fresh = { statement, returnsRows: statement.columns().length > 0 }
    prepared.set(sql, fresh)
    const oldest = prepared.size > STATEMENTS_KEPT ? prepared.keys().next() : undefined
    if (oldest?.done === false) prepared.delete(oldest.value)
    return fresh
  }

  function execute(sql: string, parameters: readonly Parameter[]): Executed {
    const { statement, returnsRows } = prepare(sql)
    if (!returnsRows) return { rows: [], changes: Number(statement.run(...parameters).changes) }
    const rows = statement.all(...parameters)
    return { rows, changes: rows.length }
  }

  return { database, execute }
}

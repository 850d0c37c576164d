import type { DatabaseSync } from 'node:sqlite'
import {
  FIND_MARK,
  pendingMigrations,
  requireFinished,
  type AppliedMigration,
  type Migration,
  type MigrationPurpose,
  type MigrationReport,
} from '../migration-plan.ts'
import { openConnection } from './connection.ts'

const HISTORY = `CREATE TABLE IF NOT EXISTS migration (
  name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`

/** The caller holds the data directory's lock: nobody older or newer runs on it. */
export function migrateSqlite(
  file: string,
  now: () => number,
  purpose: MigrationPurpose,
  known: readonly Migration[],
): MigrationReport {
  const { database } = openConnection(file, 'write')
  try {
    database.exec(HISTORY)
    const applied = appliedTo(database)
    if (applied.length > 0) requireFinished(database.prepare(FIND_MARK).get(), purpose)
    const pending = pendingMigrations(known, applied, purpose.type === 'fill' ? purpose.until : undefined)
    const names = pending.map(({ name }) => name)
    if (purpose.type === 'check') return { applied: [], pending: names }
    for (const migration of pending) apply(database, migration, now())
    return { applied: names, pending: [] }
  } finally {
    database.close()
  }
}

function appliedTo(database: DatabaseSync): readonly AppliedMigration[] {
  const rows = database.prepare('SELECT name, checksum FROM migration ORDER BY name').all()
  return rows.map(({ name, checksum }) => ({ name: String(name), checksum: String(checksum) }))
}

function apply(database: DatabaseSync, { name, checksum, sql }: Migration, now: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(sql)
    database
      .prepare('INSERT INTO migration (name, checksum, applied_at) VALUES (?, ?, ?)')
      .run(name, checksum, now)
    database.exec('COMMIT')
  } catch (cause) {
    database.exec('ROLLBACK')
    throw cause
  }
}

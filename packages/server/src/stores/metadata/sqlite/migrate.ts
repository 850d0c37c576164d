import type { DatabaseSync } from 'node:sqlite'
import {
  pendingMigrations,
  readMigrations,
  type AppliedMigration,
  type Migration,
  type MigrationReport,
} from '../migration-plan.ts'
import { openConnection } from './connection.ts'

const HISTORY = `CREATE TABLE IF NOT EXISTS migration (
  name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`

/** The caller holds the data directory's lock. */
export async function migrateSqlite(
  file: string,
  now: () => number,
  check: boolean,
): Promise<MigrationReport> {
  const known = await readMigrations('sqlite')
  const { database } = openConnection(file, 'write')
  try {
    database.exec(HISTORY)
    const pending = pendingMigrations(known, appliedTo(database))
    if (check) return { applied: [], pending: pending.map(({ name }) => name) }
    for (const migration of pending) apply(database, migration, now())
    return { applied: pending.map(({ name }) => name), pending: [] }
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

/**
 * Group commit. The writer keeps one transaction of SQLite open over several of ours, each in a savepoint, so that all that
 * wait in the queue share one fsync; none is reported before that. What one rolls back doesn't touch the others. A later one
 * may read what an earlier one of its group wrote: both become durable together or not at all.
 */
import type { Executed } from '../session.ts'
import type { Connection } from './connection.ts'

export type Group = {
  /** How many of ours wait for the commit. */
  readonly waiting: () => number
  /** Since when the first of them waits; milliseconds of the monotonic clock. */
  readonly since: () => number
  readonly begin: () => void
  /** One statement as a transaction of its own: SQLite takes back a failing statement by itself. */
  readonly single: (unit: number, sql: string, parameters: Parameters<Connection['execute']>[1]) => void
  readonly savepoint: () => void
  readonly release: (unit: number) => void
  readonly rollback: () => void
  readonly commit: () => void
  /** Whether SQLite has given up the whole transaction by itself, as it does on a full disk. */
  readonly lost: () => boolean
  /** Tells everyone in it that it failed. */
  readonly fail: (cause: unknown) => void
}

export type GroupReports = {
  readonly ended: (unit: number, executed: Executed) => void
  readonly failed: (unit: number, cause: unknown) => void
}

const NOTHING: Executed = { rows: [], changes: 0 }

export function createGroup({ database, execute }: Connection, report: GroupReports): Group {
  const done: { readonly unit: number; readonly executed: Executed }[] = []
  let since = 0

  function add(unit: number, executed: Executed): void {
    if (done.length === 0) since = performance.now()
    done.push({ unit, executed })
  }

  function fail(cause: unknown): void {
    for (const { unit } of done.splice(0)) report.failed(unit, cause)
    if (database.isTransaction) database.exec('ROLLBACK')
  }

  function commit(): void {
    if (!database.isTransaction) return
    try {
      database.exec('COMMIT')
    } catch (cause) {
      fail(cause)
      return
    }
    for (const { unit, executed } of done.splice(0)) report.ended(unit, executed)
  }

  return {
    waiting: () => done.length,
    since: () => since,
    begin: () => {
      if (!database.isTransaction) database.exec('BEGIN IMMEDIATE')
    },
    single: (unit, sql, parameters) => add(unit, execute(sql, parameters)),
    savepoint: () => database.exec('SAVEPOINT ours'),
    release: (unit) => {
      database.exec('RELEASE ours')
      add(unit, NOTHING)
    },
    rollback: () => database.exec('ROLLBACK TO ours; RELEASE ours'),
    commit,
    lost: () => !database.isTransaction,
    fail,
  }
}

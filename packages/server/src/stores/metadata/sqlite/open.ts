import { dirname } from 'node:path'
import { lockDirectory, type DirectoryLock } from '@wharden/system'
import { createListeners } from '../listeners.ts'
import { readMigrations } from '../migration-plan.ts'
import type { OpenContext } from '../open.ts'
import type { Driver } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { openConnection } from './connection.ts'
import { sqliteDialect } from './dialect.ts'
import { createMemo } from './memo.ts'
import { migrateSqlite } from './migrate.ts'
import { failureOf, storeErrorOf } from './sqlite-error.ts'
import { startWriter } from './writer.ts'

/** Takes the file for this process: a writer in its own thread, and here a connection that can only read. */
export async function openSqlite(file: string, context: OpenContext): Promise<Driver> {
  const lock = await takeDirectory(file, context.now())
  try {
    const purpose = { type: context.migrate === 'check' ? 'check' : 'start' } as const
    const { pending } = migrateSqlite(file, context.now, purpose, await readMigrations('sqlite'))
    if (pending.length > 0) throw notMigrated(pending)
    return drive(file, lock, context)
  } catch (cause) {
    await lock.close()
    throw cause
  }
}

export async function takeDirectory(file: string, now: number): Promise<DirectoryLock> {
  const lock = await lockDirectory(dirname(file), now)
  if (lock.type === 'error') throw new StoreError('unavailable', lock.error.message)
  return lock.value
}

function notMigrated(pending: readonly string[]): StoreError {
  const names = pending.map((name) => `\`${name}\``).join(', ')
  return new StoreError('migration', `the database lacks ${names}: run \`wharden migrate\``)
}

function drive(file: string, lock: DirectoryLock, { now, log, patience }: OpenContext): Driver {
  const reader = openConnection(file, 'read')
  const memo = createMemo(reader.execute)
  const writer = startWriter({ file, patience }, memo.forget)
  const listeners = createListeners((cause) => log('error', 'a listener of changes failed', cause))
  return {
    dialect: sqliteDialect(now),
    async read(sql, parameters, hot) {
      try {
        return hot ? memo.read(sql, parameters) : reader.execute(sql, parameters)
      } catch (cause) {
        throw storeErrorOf(failureOf(cause))
      }
    },
    single: writer.single,
    transaction: writer.transaction,
    feed: {
      subscribe: listeners.subscribe,
      // Nobody else writes: what this process doesn't know of hasn't happened.
      unconfirmedFor: () => 0,
      tell: ({ change }) => listeners.tell(change),
    },
    clockAhead: () => 0,
    async ping() {
      reader.execute('SELECT 1', [])
      await writer.single('UPDATE organization SET id = id WHERE id IS NULL', [], false)
    },
    async close() {
      await writer.close()
      if (reader.database.isOpen) reader.database.close()
      await lock.close()
    },
  }
}

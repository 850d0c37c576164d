import type { Locks } from '../port/repositories.ts'

export type LockRow = {
  readonly delete_enabled: number
  readonly write_enabled: number
  readonly read_enabled: number
  readonly list_enabled: number
}

export function locksOf(row: LockRow): Locks {
  return {
    deleteEnabled: row.delete_enabled === 1,
    writeEnabled: row.write_enabled === 1,
    readEnabled: row.read_enabled === 1,
    listEnabled: row.list_enabled === 1,
  }
}

/** Only those that are named change. */
export function lockColumns(locks: Partial<Locks>): Partial<LockRow> {
  return {
    ...(locks.deleteEnabled === undefined ? {} : { delete_enabled: flag(locks.deleteEnabled) }),
    ...(locks.writeEnabled === undefined ? {} : { write_enabled: flag(locks.writeEnabled) }),
    ...(locks.readEnabled === undefined ? {} : { read_enabled: flag(locks.readEnabled) }),
    ...(locks.listEnabled === undefined ? {} : { list_enabled: flag(locks.listEnabled) }),
  }
}

export function flag(value: boolean): number {
  return value ? 1 : 0
}

export const LOCK_COLUMNS = ['delete_enabled', 'write_enabled', 'read_enabled', 'list_enabled'] as const

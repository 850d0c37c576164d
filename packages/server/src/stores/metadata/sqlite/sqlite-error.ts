import { StoreError } from '../store-error.ts'
import type { WriterFailure } from './messages.ts'

// https://www.sqlite.org/rescode.html: the lowest byte is the primary code.
const BUSY = 5
const READONLY = 8
const IOERR = 10
const FULL = 13
const CANTOPEN = 14
const CONSTRAINT_FOREIGNKEY = 787

/** What SQLite says, as something the port may say; a defect of ours (a wrong statement) stays an ordinary error. */
export function storeErrorOf({ type, message, code }: WriterFailure): Error {
  const cause = new Error(message)
  if (type === 'timeout')
    return new StoreError('timeout', `a transaction was rolled back: ${message}`, { cause })
  if (code === CONSTRAINT_FOREIGNKEY)
    return new StoreError('conflict', 'something this stands on went away meanwhile: try again', { cause })
  switch (code === undefined ? undefined : code & 0xff) {
    case FULL:
      return new StoreError('full', 'the disk that holds the database is full: free some space', { cause })
    case BUSY:
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return new StoreError('unavailable', `the database can't be written: ${message}`, { cause })
    default:
      return new Error(`SQLite: ${message}`, { cause })
  }
}

export function failureOf(cause: unknown): WriterFailure {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code =
    cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number'
      ? cause.errcode
      : undefined
  return { type: 'sqlite', message, code }
}

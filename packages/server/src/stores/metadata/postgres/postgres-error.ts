import { StoreError } from '../store-error.ts'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const FOREIGN_KEY_VIOLATION = '23503'
const FEATURE_NOT_SUPPORTED = '0A000'
const DISK_FULL = '53100'
const QUERY_CANCELED = '57014'
const LOCK_NOT_AVAILABLE = '55P03'
const IDLE_IN_TRANSACTION_TIMEOUT = '25P03'

/** Connection exception, insufficient resources but a full disk, operator intervention: the server is not there for us. */
const AWAY_CLASSES = new Set(['08', '53', '57'])

export function isRace(cause: unknown): boolean {
  const code = sqlState(cause)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** Whether the connection or the server went away, rather than the statement being at fault. */
export function isAway(cause: unknown): boolean {
  const code = sqlState(cause)
  if (code === DISK_FULL || code === QUERY_CANCELED) return false
  if (code !== undefined) return AWAY_CLASSES.has(code.slice(0, 2))
  if (!(cause instanceof Error)) return false
  const system = 'code' in cause && typeof cause.code === 'string' && /^(E[A-Z]+)$/.test(cause.code)
  return system || /connection|timeout|terminated|not queryable|client was closed/i.test(cause.message)
}

/**
 * Whether a prepared statement's columns have changed since: a newer version beside this one has added some. Nothing was done,
 * and a new connection prepares it anew.
 */
export function isStalePlan(cause: unknown): boolean {
  return sqlState(cause) === FEATURE_NOT_SUPPORTED && String(cause).includes('cached plan')
}

/** Whether nothing was heard at all: this side gave up waiting. */
export function isSilence(cause: unknown): boolean {
  return sqlState(cause) === undefined && cause instanceof Error && /timeout/i.test(cause.message)
}

/** What PostgreSQL says, as something the port may say; a defect of ours (a wrong statement) stays what it is. */
export function storeErrorOf(cause: unknown): unknown {
  if (cause instanceof StoreError) return cause
  if (isRace(cause))
    return new StoreError('conflict', 'others changed the same again and again: try again', { cause })
  switch (sqlState(cause)) {
    case FOREIGN_KEY_VIOLATION:
      return new StoreError('conflict', 'something this stands on went away meanwhile: try again', { cause })
    case DISK_FULL:
      return new StoreError('full', 'the disk of the database is full: free some space', { cause })
    case QUERY_CANCELED:
    case LOCK_NOT_AVAILABLE:
    case IDLE_IN_TRANSACTION_TIMEOUT:
      return new StoreError('timeout', 'the database gave up a transaction that took too long', { cause })
    default:
      return isAway(cause) ? unavailable(cause) : cause
  }
}

export function unavailable(cause: unknown): StoreError {
  return new StoreError('unavailable', 'the database can not be reached: check that it runs', { cause })
}

/** Five characters, as the server sent them. */
function sqlState(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(cause.code) && 'severity' in cause ? cause.code : undefined
}

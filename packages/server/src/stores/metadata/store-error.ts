/**
 * `nested`: the store was used inside one of its own transactions (a defect).
 * `timeout`: a transaction held the database too long.
 * `unavailable`: the database can't be reached or is closing; nothing was done.
 * `uncertain`: the connection was lost while committing; it may or may not have been done.
 * `conflict`: something the transaction stands on has gone, or it lost its race again and again.
 * `gone`: the organization that was to be changed has been deleted.
 * `migration`: the database's schema isn't ours.
 * `full`: no space left.
 * `unstorable`: a text that not every database can hold.
 */
export type StoreErrorCode =
  | 'nested'
  | 'timeout'
  | 'unavailable'
  | 'uncertain'
  | 'conflict'
  | 'gone'
  | 'migration'
  | 'full'
  | 'unstorable'

/** What the database could not do, in one public sentence; `cause` is for the log. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

/**
 * Everything that can go wrong in a way somebody outside should hear of.
 * One closed list of codes; each face has one table that renders them in its own protocol
 * (`faces/registry/render-error.ts` and its siblings). What isn't an AppError is a defect: logged whole, shown as `internal`.
 */
import type { Scope } from '@wharden/oci'
import type { Denial } from '@wharden/policy'
import type { PullsLeft } from './pulls-left.ts'

export type AppErrorCode =
  | 'credential-invalid' // who you are could not be proven
  | 'scope-needed' // proven, but this token was not asked for that: ask again with more
  | 'denied' // `policy/decide` said no
  | 'not-found'
  | 'conflict'
  | 'invalid' // what was sent can't be understood; `field` says which part
  | 'limit-reached'
  | 'gone' // a link or offer that has been used or has expired
  | 'too-large'
  | 'too-many-requests'
  | 'busy' // slow down: a bounded queue is full
  | 'storage-full'
  | 'unavailable' // what is needed to decide or to store can't be reached: fail closed
  | 'misdirected' // not one of our addresses (RFC 9110 §15.5.20)
  | 'unsupported'
  | 'name-invalid'
  | 'repository-unknown'
  | 'manifest-unknown'
  | 'manifest-invalid'
  | 'manifest-blob-unknown'
  | 'blob-unknown'
  | 'upload-unknown'
  | 'upload-invalid'
  | 'digest-invalid'
  | 'size-invalid'
  | 'range-invalid'
  | 'page-invalid'

/** What a face may add to its answer beyond code and message. Never holds a secret. */
export type AppErrorDetail = {
  readonly field?: string
  readonly decision?: string
  readonly rule?: string
  readonly action?: string
  /** What kind of no it was (`denied`): some dialects tell a lock from a missing right. */
  readonly because?: Denial['type']
  /** The scopes that a token should have been asked for, and granted (`scope-needed`, `denied`). */
  readonly scopes?: readonly Scope[]
  readonly retryAfterSeconds?: number
  /** How far an upload has come, in bytes (`range-invalid`). */
  readonly received?: number
  readonly digests?: readonly string[]
  /** What is left of a limit (`too-many-requests`). */
  readonly pulls?: PullsLeft | undefined
}

/**
 * An outcome somebody outside should hear of. `message` is public: one line, lower-case, saying what happened,
 * why, and what to do next. `cause` is for the log only.
 */
export class AppError extends Error {
  readonly code: AppErrorCode
  readonly detail: AppErrorDetail

  constructor(code: AppErrorCode, message: string, detail: AppErrorDetail = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.detail = detail
  }

  /** The same, telling more. */
  telling(detail: AppErrorDetail): AppError {
    return new AppError(this.code, this.message, { ...this.detail, ...detail }, { cause: this })
  }
}

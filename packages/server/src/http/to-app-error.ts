import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { BlobStoreFullError, BlobStoreUnavailableError } from '../stores/blobs/port.ts'
import { ReceiveError } from '../stores/blobs/receive-error.ts'
import { StoreError } from '../stores/metadata/store-error.ts'

/**
 * What a face may say of anything that was thrown. What isn't ours to tell is logged whole, under the request's id, and
 * becomes a plain `unavailable`: fail closed.
 */
export function toAppError(cause: unknown, context: Context): AppError {
  if (cause instanceof AppError) return cause
  if (cause instanceof BlobStoreFullError) return new AppError('storage-full', cause.message, {}, { cause })
  if (cause instanceof ReceiveError) return notReceived(cause)
  if (cause instanceof BlobStoreUnavailableError) {
    context.log.warn({ err: cause, request: context.requestId }, 'the blob store failed a request')
    const { retryAfterSeconds } = cause
    return new AppError('unavailable', cause.message, { retryAfterSeconds }, { cause })
  }
  // Whoever asks brought it about, as often as they like: that is nothing for the log.
  if (cause instanceof StoreError && cause.code === 'unstorable')
    return new AppError('invalid', cause.message, {}, { cause })
  const said = cause instanceof StoreError ? sayStoreError(cause) : undefined
  if (said !== undefined) {
    context.log.warn(
      { err: cause, request: context.requestId },
      'the database did not do what a request needs',
    )
    return said
  }
  context.log.error({ err: cause, request: context.requestId }, 'request failed')
  const message = `something went wrong on the server; its log says what, under request ${context.requestId}`
  return new AppError('unavailable', message, {}, { cause })
}

/** What passes by itself, told as that: a client that tries again will be served. */
function sayStoreError(cause: StoreError): AppError | undefined {
  switch (cause.code) {
    case 'full':
      return new AppError('storage-full', cause.message, {}, { cause })
    case 'unavailable':
    case 'timeout':
      return passing('this server can not reach its database; try again in a moment', cause)
    case 'uncertain':
    case 'conflict':
      return passing(cause.message, cause)
    case 'gone':
      return new AppError('not-found', cause.message, {}, { cause })
    case 'unstorable':
    case 'nested':
    case 'migration':
      return undefined
  }
}

function passing(message: string, cause: StoreError): AppError {
  return new AppError('unavailable', message, { retryAfterSeconds: 2 }, { cause })
}

function notReceived(cause: ReceiveError): AppError {
  switch (cause.problem.type) {
    case 'too-large':
      return new AppError('too-large', cause.message, {}, { cause })
    case 'length-mismatch':
      return new AppError('size-invalid', cause.message, {}, { cause })
    case 'idle':
    case 'slow':
    case 'gone':
    case 'cancelled':
      return new AppError(
        'upload-invalid',
        `${cause.message}: what arrived is kept, go on from there`,
        {},
        { cause },
      )
  }
}

import type { Context } from '../context.ts'
import { AppError } from '../errors.ts'
import { BlobStoreFullError } from '../stores/blobs/port.ts'
import { ReceiveError } from '../stores/blobs/receive-error.ts'
import { StoreError } from '../stores/metadata/store-error.ts'

/**
 * What a face may say of anything that was thrown. What isn't ours to tell is logged whole, under the request's id, and
 * becomes a plain `unavailable`: fail closed.
 */
export function toAppError(cause: unknown, context: Context): AppError {
  if (cause instanceof AppError) return cause
  if (cause instanceof BlobStoreFullError) return new AppError('storage-full', cause.message, {}, { cause })
  if (cause instanceof StoreError && cause.code === 'full')
    return new AppError('storage-full', cause.message, {}, { cause })
  if (cause instanceof ReceiveError) return notReceived(cause)
  context.log.error({ err: cause, request: context.requestId }, 'request failed')
  const message = `something went wrong on the server; its log says what, under request ${context.requestId}`
  return new AppError('unavailable', message, {}, { cause })
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

import { API_ERRORS, invalidFromIssues, type ApiErrorCode } from '@wharden/api'
import { ORPCError, ValidationError } from '@orpc/server'
import type { Context } from '../../context.ts'
import type { AppError, AppErrorCode } from '../../errors.ts'
import { toAppError } from '../../http/to-app-error.ts'
import { PlanLimitError } from '../../operations/manage/plan.ts'

/** How each of our errors is said in the administration API. 401 asks, 403 tells, 404 hides. */
const CODES: { readonly [Code in AppErrorCode]: ApiErrorCode } = {
  'credential-invalid': 'unauthenticated',
  'scope-needed': 'unauthenticated',
  denied: 'forbidden',
  'not-found': 'not_found',
  conflict: 'conflict',
  invalid: 'invalid',
  'limit-reached': 'limit_reached',
  gone: 'gone',
  'too-large': 'invalid',
  'too-many-requests': 'too_many',
  busy: 'unavailable',
  'storage-full': 'unavailable',
  unavailable: 'unavailable',
  misdirected: 'not_found',
  unsupported: 'invalid',
  'name-invalid': 'invalid',
  'repository-unknown': 'not_found',
  'manifest-unknown': 'not_found',
  'manifest-invalid': 'invalid',
  'manifest-blob-unknown': 'not_found',
  'blob-unknown': 'not_found',
  'upload-unknown': 'not_found',
  'upload-invalid': 'invalid',
  'digest-invalid': 'invalid',
  'size-invalid': 'invalid',
  'range-invalid': 'invalid',
  'page-invalid': 'invalid',
}

/** Whatever was thrown, as one of the contract's errors. */
export function toApiError(cause: unknown, context: Context): ORPCError<string, unknown> {
  if (cause instanceof ORPCError) {
    if (cause.cause instanceof ValidationError && cause.code === 'BAD_REQUEST')
      return invalidInput(cause.cause)
    if (cause.defined) return cause
  }
  return fromAppError(toAppError(cause, context))
}

export function fromAppError(failure: AppError): ORPCError<string, unknown> {
  const code = CODES[failure.code]
  return defined(code, failure.message, dataOf(code, failure))
}

/** What the contract's own schemas found wrong with a request. */
function invalidInput({ issues }: ValidationError): ORPCError<string, unknown> {
  const { message, data } = invalidFromIssues(issues)
  return defined('invalid', message, data)
}

function defined(code: ApiErrorCode, message: string, data: unknown): ORPCError<string, unknown> {
  return new ORPCError(code, { defined: true, status: API_ERRORS[code].status, message, data })
}

function dataOf(code: ApiErrorCode, failure: AppError): unknown {
  const { decision, rule, action, field = '', retryAfterSeconds = 1 } = failure.detail
  switch (code) {
    case 'forbidden':
      return { decision, rule, action }
    case 'invalid':
      return { field }
    case 'too_many':
      return { retryAfterSeconds }
    case 'limit_reached':
      return failure instanceof PlanLimitError
        ? { plan: failure.plan, limit: failure.limit, allowed: failure.allowed }
        : { plan: '', limit: '' }
    case 'unauthenticated':
    case 'not_found':
    case 'conflict':
    case 'gone':
    case 'unavailable':
      return undefined
  }
}

/** How the token service answers and refuses, at whichever of its addresses it was asked. */
import type { ServerResponse } from 'node:http'
import { reasonPhrase } from '@wharden/oci'
import type { AppError } from '../errors.ts'
import { TOKEN_METHODS } from './parse-token-request.ts'

/** docker reads `errors`, OAuth2 clients read `error` and `error_description` (RFC 6749 §5.2). */
export function refuseToken(response: ServerResponse, failure: AppError, promptsOn401 = false): void {
  if (response.headersSent || response.destroyed) return
  const { status, code, error } = renderingOf(failure, promptsOn401)
  if (failure.detail.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(failure.detail.retryAfterSeconds))
  // Every 401 must say what it takes: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="wharden"')
  if (status === 405) response.setHeader('allow', TOKEN_METHODS.join(', '))
  // containerd and BuildKit read nothing else of an answer that brings no token.
  response.statusMessage = reasonPhrase(failure.message)
  sendToken(response, status, {
    errors: [{ code, message: failure.message }],
    error,
    error_description: failure.message,
  })
}

function renderingOf(
  { code }: AppError,
  promptsOn401: boolean,
): {
  readonly status: number
  readonly code: string
  readonly error: string
} {
  switch (code) {
    case 'credential-invalid':
      return promptsOn401
        ? { status: 403, code: 'DENIED', error: 'invalid_grant' }
        : { status: 401, code: 'UNAUTHORIZED', error: 'invalid_grant' }
    case 'unsupported':
      return { status: 405, code: 'UNSUPPORTED', error: 'invalid_request' }
    case 'too-large':
      return { status: 413, code: 'SIZE_INVALID', error: 'invalid_request' }
    case 'unavailable':
    case 'busy':
      return { status: 503, code: 'UNAVAILABLE', error: 'temporarily_unavailable' }
    case 'too-many-requests':
      return { status: 429, code: 'TOOMANYREQUESTS', error: 'slow_down' }
    default:
      return { status: 400, code: 'UNSUPPORTED', error: 'invalid_request' }
  }
}

/** RFC 6749 §5.1: what holds a token is never kept by anything on its way. */
export function sendToken(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

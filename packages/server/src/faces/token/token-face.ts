/**
 * The token service (Docker Registry v2 token authentication, GET; its OAuth2 form, POST). It never refuses for policy or
 * for too much asked, because podman and skopeo would lose the text: 401 only for a bad credential, and 403 for docker's
 * login that is over.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatScope, reasonPhrase } from '@wharden/oci'
import type { Context } from '../../context.ts'
import type { AppError } from '../../errors.ts'
import { toAppError } from '../../http/to-app-error.ts'
import type { House } from '../../operations/house.ts'
import { issueToken, type IssuedToken } from '../../operations/issue-token.ts'
import { parseTokenRequest, TOKEN_METHODS } from './parse-token-request.ts'

export function tokenFace(house: House) {
  return (request: IncomingMessage, response: ServerResponse, context: Context): void =>
    void answer(request, response, context).catch((cause: unknown) =>
      fail(response, toAppError(cause, context)),
    )

  async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
    const asked = await parseTokenRequest(request)
    try {
      const issued = await issueToken(house, context, asked)
      const body = asked.wantsGranted ? oauthBody(issued) : { token: issued.accessToken, ...bodyOf(issued) }
      send(response, 200, body)
    } catch (cause) {
      fail(response, toAppError(cause, context), asked.promptsOn401)
    }
  }
}

function oauthBody(issued: IssuedToken) {
  return { ...bodyOf(issued), scope: issued.scopes.map(formatScope).join(' '), token_type: 'Bearer' }
}

function bodyOf({ accessToken, refreshToken, expiresIn, issuedAt }: IssuedToken) {
  return {
    access_token: accessToken,
    expires_in: expiresIn,
    issued_at: new Date(issuedAt).toISOString(),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  }
}

/** docker reads `errors`, OAuth2 clients read `error` and `error_description` (RFC 6749 §5.2). */
function fail(response: ServerResponse, failure: AppError, promptsOn401 = false): void {
  if (response.headersSent || response.destroyed) return
  const { status, code, error } = renderingOf(failure, promptsOn401)
  if (failure.detail.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(failure.detail.retryAfterSeconds))
  // Every 401 must say what it takes: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="wharden"')
  if (status === 405) response.setHeader('allow', TOKEN_METHODS.join(', '))
  // containerd and BuildKit read nothing else of an answer that brings no token.
  response.statusMessage = reasonPhrase(failure.message)
  send(response, status, {
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
function send(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

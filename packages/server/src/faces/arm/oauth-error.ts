/** How a sign-in is refused: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
import type { ServerResponse } from 'node:http'
import type { AppError } from '../../errors.ts'
import { RENDERINGS } from '../../http/renderings.ts'
import { sendToken } from '../../http/token-answer.ts'

type Code = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type'

/** What only OAuth has a word for. */
export class OAuthError extends Error {
  readonly code: Code

  /** @param message for people: az and the SDKs print it */
  constructor(code: Code, message: string) {
    super(message)
    this.name = 'OAuthError'
    this.code = code
  }
}

export function refuseSignIn(response: ServerResponse, failure: OAuthError | AppError): void {
  const { status, error } = renderingOf(failure)
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="wharden"')
  if (status === 405) response.setHeader('allow', 'POST')
  const wait = 'detail' in failure ? failure.detail.retryAfterSeconds : undefined
  if (wait !== undefined) response.setHeader('retry-after', String(wait))
  sendToken(response, status, { error, error_description: failure.message })
}

function renderingOf(failure: OAuthError | AppError): { readonly status: number; readonly error: string } {
  switch (failure.code) {
    case 'invalid_client':
    case 'credential-invalid':
      return { status: 401, error: 'invalid_client' }
    case 'invalid_request':
    case 'unsupported_grant_type':
      return { status: 400, error: failure.code }
    case 'denied':
      return { status: 400, error: 'unauthorized_client' }
    case 'too-many-requests':
      return { status: 429, error: 'slow_down' }
    default: {
      const { status } = RENDERINGS[failure.code]
      return { status, error: status >= 500 ? 'temporarily_unavailable' : 'invalid_request' }
    }
  }
}

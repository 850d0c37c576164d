/**
 * How refusals are said to clients of Azure's Resource Manager. az prints the code and the sentence, ends with 3 on 404 and
 * with 1 on everything else, and comes back by itself on 429 and 503.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
 */
import type { ServerResponse } from 'node:http'
import type { AppError } from '../../errors.ts'
import { RENDERINGS } from '../../http/renderings.ts'
import { sendJson } from '../../http/send-json.ts'
import { targetOf } from './targets.ts'

const CODES: Readonly<Record<number, string>> = {
  400: 'InvalidParameter',
  401: 'InvalidAuthenticationToken',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  413: 'RequestTooLarge',
  429: 'TooManyRequests',
}

/** @param origin where the authority is */
export function renderArmError(response: ServerResponse, origin: string, failure: AppError): void {
  const { status } = RENDERINGS[failure.code]
  const { field = '', retryAfterSeconds } = failure.detail
  const code = failure.code === 'limit-reached' ? 'QuotaExceeded' : (CODES[status] ?? 'ServiceUnavailable')
  const error = { code, message: failure.message, ...(field !== '' && { target: targetOf(field) }) }
  if (status === 401) response.setHeader('www-authenticate', challenge(response, origin))
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds))
  // What was left unread of a body must not be taken for the next request.
  if (status === 413) response.setHeader('connection', 'close')
  sendJson(response, status, { error })
}

/** As Azure's own: clients find by it where to sign in, and for what. */
function challenge({ req }: ServerResponse, origin: string): string {
  const brought = req.headers.authorization !== undefined
  const known = `Bearer authorization_uri="${origin}/adfs", resource_id="${origin}/"`
  return brought ? `${known}, error="invalid_token"` : known
}

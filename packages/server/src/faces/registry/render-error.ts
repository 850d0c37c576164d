import type { ServerResponse } from 'node:http'
import { formatBearerChallenge, formatUploadRange, reasonPhrase } from '@wharden/oci'
import type { AppError } from '../../errors.ts'
import { RENDERINGS } from '../../http/renderings.ts'
import type { Site } from '../../sites.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import { retryAfter } from './retry-after.ts'

/**
 * Ends a registry request with an error. A refusal's message is sent as the body *and* as the HTTP/1.1 reason phrase:
 * docker and podman print the first, containerd and BuildKit only the second.
 */
export function renderRegistryError(response: ServerResponse, site: Site, failure: AppError): void {
  const { status, code } = RENDERINGS[failure.code]
  const { scopes = [], retryAfterSeconds, received, digests, decision, rule, action, pulls } = failure.detail
  const detail = { decision, rule, action, digests }
  const known = Object.values(detail).some((value) => value !== undefined)
  const body = JSON.stringify({ errors: [{ code, message: failure.message, ...(known && { detail }) }] })
  if (failure.code === 'denied' || decision !== undefined)
    response.statusMessage = reasonPhrase(failure.message)
  if (status === 401) response.setHeader('www-authenticate', challenge(site, failure, scopes))
  if (retryAfterSeconds !== undefined) {
    const userAgent = status === 429 ? response.req.headers['user-agent'] : undefined
    response.setHeader('retry-after', retryAfter(retryAfterSeconds, userAgent))
  }
  if (received !== undefined) response.setHeader('range', formatUploadRange(received))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...rateLimitHeaders(pulls),
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function challenge(site: Site, failure: AppError, scopes: NonNullable<AppError['detail']['scopes']>): string {
  return formatBearerChallenge({
    realm: `${site.origin}/token`,
    service: site.authority,
    scopes,
    ...(failure.code === 'scope-needed' && scopes.length > 0 && { error: 'insufficient_scope' }),
  })
}

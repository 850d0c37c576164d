import type { ServerResponse } from 'node:http'
import { formatBearerChallenge, formatUploadRange, reasonPhrase, type ErrorCode } from '@wharden/oci'
import type { AppError, AppErrorCode } from '../../errors.ts'
import type { Site } from '../../sites.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'

type Rendering = { readonly status: number; readonly code: ErrorCode }

/** How each of our errors is said in the registry's protocol. 401 asks, 403 tells, 404 hides. */
const RENDERINGS: { readonly [Code in AppErrorCode]: Rendering } = {
  'credential-invalid': { status: 401, code: 'UNAUTHORIZED' },
  'scope-needed': { status: 401, code: 'UNAUTHORIZED' },
  denied: { status: 403, code: 'DENIED' },
  'not-found': { status: 404, code: 'NAME_UNKNOWN' },
  conflict: { status: 409, code: 'BLOB_UPLOAD_INVALID' },
  invalid: { status: 400, code: 'UNSUPPORTED' },
  'limit-reached': { status: 403, code: 'DENIED' },
  gone: { status: 404, code: 'NAME_UNKNOWN' },
  'too-large': { status: 413, code: 'SIZE_INVALID' },
  'too-many-requests': { status: 429, code: 'TOOMANYREQUESTS' },
  busy: { status: 503, code: 'UNAVAILABLE' },
  'storage-full': { status: 507, code: 'UNAVAILABLE' },
  unavailable: { status: 503, code: 'UNAVAILABLE' },
  misdirected: { status: 421, code: 'UNSUPPORTED' },
  unsupported: { status: 405, code: 'UNSUPPORTED' },
  'name-invalid': { status: 400, code: 'NAME_INVALID' },
  'repository-unknown': { status: 404, code: 'NAME_UNKNOWN' },
  'manifest-unknown': { status: 404, code: 'MANIFEST_UNKNOWN' },
  'manifest-invalid': { status: 400, code: 'MANIFEST_INVALID' },
  'manifest-blob-unknown': { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
  'blob-unknown': { status: 404, code: 'BLOB_UNKNOWN' },
  'upload-unknown': { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  'upload-invalid': { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  'digest-invalid': { status: 400, code: 'DIGEST_INVALID' },
  'size-invalid': { status: 400, code: 'SIZE_INVALID' },
  'range-invalid': { status: 416, code: 'RANGE_INVALID' },
  'page-invalid': { status: 400, code: 'PAGINATION_NUMBER_INVALID' },
}

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
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds))
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

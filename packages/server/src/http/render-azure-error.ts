/**
 * How refusals are said to Azure's clients: az sleeps on 403 and tries again, the SDKs come back with a wider token on 401
 * only, and both print what the body says. https://learn.microsoft.com/rest/api/containerregistry/
 */
import type { ServerResponse } from 'node:http'
import { formatBearerChallenge, type RepositoryName, type Scope } from '@wharden/oci'
import type { AppError } from '../errors.ts'
import type { Site } from '../sites.ts'
import { RENDERINGS } from './renderings.ts'
import { sendJson } from './send-json.ts'

/**
 * Seconds. The SDKs wait as long as they are told to, three times, be it hours, and say nothing meanwhile; who isn't told gets
 * the message at once, which says until when. az doesn't look.
 */
const LONGEST_WAIT = 60

/** @param name of the repository that was asked about */
export function renderAzureError(
  response: ServerResponse,
  site: Site,
  failure: AppError,
  name?: RepositoryName,
): void {
  const { status, code } = renderingOf(failure)
  const { scopes = [], retryAfterSeconds } = failure.detail
  const about = status === 404 && name !== undefined ? { name } : null
  const detail = scopes.length === 0 ? about : scopes.flatMap(accessesOf)
  if (status === 401) response.setHeader('www-authenticate', challenge(response, site, failure))
  const id = response.getHeader('x-request-id')
  if (id !== undefined) response.setHeader('x-ms-correlation-request-id', id)
  if (retryAfterSeconds !== undefined && retryAfterSeconds <= LONGEST_WAIT)
    response.setHeader('retry-after', String(retryAfterSeconds))
  sendJson(response, status, { errors: [{ code, message: failure.message, detail }] })
}

function renderingOf({ code, detail }: AppError): { readonly status: number; readonly code: string } {
  switch (code) {
    case 'denied':
      return detail.because === 'lock'
        ? { status: 405, code: 'REGISTRY_DISALLOWED_OPERATION' }
        : { status: 401, code: 'UNAUTHORIZED' }
    // On 400 az tries again for a quarter of a minute. What can't be the name of anything isn't there, nor is such a page.
    case 'name-invalid':
    case 'digest-invalid':
    case 'page-invalid':
      return { status: 404, code: RENDERINGS[code].code }
    // Nor on 403: trying again helps nobody against a plan.
    case 'limit-reached':
      return { status: 409, code: RENDERINGS[code].code }
    default:
      return RENDERINGS[code]
  }
}

function accessesOf({ type, name, actions }: Scope) {
  return actions.map((action) => ({ Type: type, Name: name, Action: action }))
}

function challenge({ req }: ServerResponse, site: Site, { code, detail }: AppError): string {
  const { scopes = [], because } = detail
  const invalid = because === 'credential' || code === 'credential-invalid'
  const brought = req.headers.authorization !== undefined
  return formatBearerChallenge({
    realm: `${site.origin}/oauth2/token`,
    service: site.authority,
    scopes,
    ...(brought && { error: invalid ? ('invalid_token' as const) : ('insufficient_scope' as const) }),
  })
}

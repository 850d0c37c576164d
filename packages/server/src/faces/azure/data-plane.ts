/**
 * Azure Container Registry's own API of a registry's content, `/acr/v1/`: what az and the SDKs list, describe, lock and
 * delete with. Works at an organization's own host, where names are the organization's, and at the root, where they begin
 * with it. `api-version` is not looked at: the shapes are the same in all of them.
 * https://learn.microsoft.com/rest/api/containerregistry/
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Scope } from '@wharden/oci'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { parseAuthorization } from '../../http/authorization.ts'
import { renderAzureError } from '../../http/render-azure-error.ts'
import { toAppError } from '../../http/to-app-error.ts'
import { scopeFor, type Need } from '../../operations/authorize-target.ts'
import { callerOf } from '../../operations/caller-of.ts'
import type { House } from '../../operations/house.ts'
import type { Reply } from './call.ts'
import { methodsAt } from './endpoints.ts'
import { parseAzurePath, type AzurePath } from './parse-azure-path.ts'

/** What the service lets pages of other origins read. */
const EXPOSED = ['Docker-Content-Digest', 'WWW-Authenticate', 'Link', 'X-Ms-Correlation-Request-Id']

export function azureDataPlane(house: House) {
  return (request: IncomingMessage, response: ServerResponse, context: Context): void => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    response.setHeader('access-control-expose-headers', EXPOSED)
    const path = parseAzurePath(request.url ?? '')
    const name = path.type === 'ok' && path.value && 'name' in path.value ? path.value.name : undefined
    house.running.track(
      answer(path, request, response, context).catch((cause: unknown) => {
        if (response.headersSent) response.destroy()
        else if (!response.destroyed)
          renderAzureError(response, context.site, toAppError(cause, context), name)
      }),
    )
  }

  async function answer(
    path: ReturnType<typeof parseAzurePath>,
    request: IncomingMessage,
    response: ServerResponse,
    context: Context,
  ): Promise<void> {
    if (path.type === 'error') throw path.error
    if (path.value === undefined) throw nothingAt(request.url ?? '')
    const caller = await signedIn(request, context, path.value)
    const methods = methodsAt({ house, caller, request }, path.value)
    const act = Object.hasOwn(methods, request.method ?? '') ? methods[request.method ?? ''] : undefined
    if (act === undefined) {
      response.setHeader('allow', Object.keys(methods).join(', '))
      throw new AppError('unsupported', `this endpoint does not take ${request.method}`)
    }
    send(response, context, await act())
  }

  /** Who brings a token that is none any more is told which to ask for: the SDKs bring the last one until it is refused. */
  async function signedIn(request: IncomingMessage, context: Context, path: AzurePath) {
    try {
      return await callerOf(house, context, parseAuthorization(request.headers.authorization))
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== 'credential-invalid') throw cause
      throw cause.telling({ scopes: [scopeAt(path, request.method)] })
    }
  }
}

/** What was deleted is listed and restored there, where Azure keeps it for a while. */
function nothingAt(target: string): AppError {
  return new AppError(
    'not-found',
    target.startsWith('/acr/v1/_deleted/')
      ? 'nothing that was deleted is kept here: there is nothing to list, and nothing to restore'
      : 'there is no such endpoint below /acr/v1/',
  )
}

const NEEDS: { readonly [method: string]: Need | undefined } = { PATCH: 'change', DELETE: 'delete' }

function scopeAt(path: AzurePath, method = ''): Scope {
  if (path.type === 'catalog') return { type: 'registry', name: 'catalog', actions: ['*'] }
  return scopeFor(path.name, NEEDS[method] ?? 'inspect')
}

function send(response: ServerResponse, { requestId }: Context, { status, body, link }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(text),
    'x-ms-correlation-request-id': requestId,
    ...(link !== undefined && { link }),
  })
  response.end(text)
}

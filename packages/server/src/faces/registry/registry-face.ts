/**
 * The registry's protocol: OCI distribution 1.1 and Docker's registry API v2 under `/v2/`. Translates only: a raw path
 * is parsed once, one operation is called, its answer or error is encoded. Which action an endpoint needs is said in the
 * operation, never derived from the HTTP method.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { parseAuthorization } from '../../http/authorization.ts'
import { queryOf } from '../../http/query-of.ts'
import { toAppError } from '../../http/to-app-error.ts'
import { callerOf } from '../../operations/caller-of.ts'
import type { House } from '../../operations/house.ts'
import { resolveTarget } from '../../operations/target.ts'
import { blobEndpoints } from './blob-endpoints.ts'
import { listEndpoints } from './list-endpoints.ts'
import { manifestEndpoints } from './manifest-endpoints.ts'
import { parseRegistryPath, type RegistryPath } from './parse-path.ts'
import type { Call, Endpoint } from './call.ts'
import { refuse } from './refuse.ts'
import { uploadEndpoints } from './upload-endpoints.ts'

type Methods = { readonly [method: string]: Endpoint | undefined }

/** Every endpoint there is. What isn't here is 404 (no such path) or 405 (no such method), never a default. */
const ENDPOINTS: { readonly [Type in RegistryPath['type']]: Methods } = {
  base: { GET: base, HEAD: base },
  catalog: { GET: listEndpoints.catalog },
  tags: { GET: listEndpoints.tags },
  referrers: { GET: listEndpoints.referrers },
  manifest: manifestEndpoints,
  blob: blobEndpoints,
  uploads: { POST: uploadEndpoints.start },
  upload: {
    GET: uploadEndpoints.status,
    PATCH: uploadEndpoints.append,
    PUT: uploadEndpoints.finish,
    DELETE: uploadEndpoints.cancel,
  },
}

export function registryFace(house: House) {
  return (request: IncomingMessage, response: ServerResponse, context: Context): void =>
    house.running.track(
      answer(request, response, context).catch((cause: unknown) => fail(request, response, context, cause)),
    )

  async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    const path = parseRegistryPath(request.url ?? '/')
    if (path.type === 'error') throw path.error
    if (path.value === undefined) throw new AppError('not-found', 'there is no such endpoint below /v2/')
    const methods = ENDPOINTS[path.value.type]
    const endpoint = Object.hasOwn(methods, request.method ?? '') ? methods[request.method ?? ''] : undefined
    if (endpoint === undefined) {
      response.setHeader('allow', Object.keys(methods).join(', '))
      throw new AppError('unsupported', `this endpoint does not take ${request.method}`)
    }
    const caller = await callerOf(house, context, parseAuthorization(request.headers.authorization))
    const call: Call = {
      house,
      caller,
      path: path.value,
      request,
      response,
      query: queryOf(request.url ?? '/'),
    }
    await endpoint(
      'name' in path.value
        ? { ...call, target: await resolveTarget(house, context.site, path.value.name) }
        : call,
    )
  }
}

/** Docker asks here whether it must sign in, and how: never 200 to nobody, or it would never send its credentials. */
async function base({ caller, request, response }: Call): Promise<void> {
  if (request.headers.authorization === undefined)
    throw new AppError('credential-invalid', 'authentication required')
  caller.context.log.trace({ request: caller.context.requestId }, 'signed in')
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 })
  response.end(request.method === 'HEAD' ? undefined : '{}')
}

function fail(request: IncomingMessage, response: ServerResponse, context: Context, cause: unknown): void {
  const failure = toAppError(cause, context)
  // Part of an answer is out: the only honest end is to break the connection, so that nobody takes it for whole.
  if (response.headersSent) response.destroy()
  else if (!response.destroyed) refuse(request, response, context, failure)
}

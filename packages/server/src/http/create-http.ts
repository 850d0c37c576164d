/**
 * The plumbing under every face: one Fastify instance behind plain and TLS listeners, HTTP/1.1 only (a refusal's text
 * travels in the reason phrase, which HTTP/2 has not), a context for every request, bodies left alone for the faces.
 */
import { randomBytes } from 'node:crypto'
import { METHODS, type IncomingMessage, type ServerResponse } from 'node:http'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Cidr } from '@wharden/system'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Site, Sites } from '../sites.ts'
import { drainAfter } from './drain.ts'
import { wayOf } from './forwarded.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs. */
    wharden: Context
  }
}

export type HttpOptions = {
  readonly log: Logger
  readonly trustedProxies: readonly Cidr[]
  /** The addresses are known only once the listeners have their ports. */
  readonly sites: () => Sites
  readonly clock: () => number
  /** Called once for every request that ended, however it ended. */
  readonly onEnd: (request: FastifyRequest, response: ServerResponse, milliseconds: number) => void
}

/** @returns an instance that no face has been registered on yet */
export function createHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false, // HEAD has answers of its own, and must not run a GET's work
    genReqId: () => randomBytes(9).toString('base64url'),
    frameworkErrors: (_error, _request, reply) => unreadable(reply.raw),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1_024 },
  })
  // Every method there is, so that faces can say which of them an address takes.
  for (const method of METHODS.filter((name) => !app.supportedMethods.includes(name) && name !== 'CONNECT'))
    app.addHttpMethod(method, { hasBody: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.decorateRequest('wharden', null as never)
  app.addHook('onRequest', (request, reply, done) => {
    const started = performance.now()
    // `onResponse` is not called for a hijacked reply whose client went away: count on `close`.
    reply.raw.once('close', () => options.onEnd(request, reply.raw, performance.now() - started))
    drainAfter(request.raw, reply.raw)
    const { address, host, secure } = wayOf(request.raw, isTls(request.raw), options.trustedProxies)
    const site = options.sites().find(secure, host)
    reply.raw.setHeader('x-request-id', request.id)
    if (site === undefined || !serverNameAgrees(request.raw, host)) {
      misdirected(reply.raw)
      return
    }
    request.wharden = contextOf(request, reply.raw, site, address, options)
    done()
  })
  return app
}

function contextOf(
  request: FastifyRequest,
  response: ServerResponse,
  site: Site,
  address: string,
  options: HttpOptions,
): Context {
  let aborter: AbortController | undefined
  return {
    requestId: request.id,
    site,
    address,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 256),
    now: options.clock(),
    log: options.log,
    get signal() {
      if (aborter === undefined) {
        const made = new AbortController()
        response.once('close', () => made.abort())
        if (response.closed) made.abort()
        aborter = made
      }
      return aborter.signal
    },
  }
}

function isTls(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket
}

/** A connection opened for one name must not be used for another (RFC 9110 §7.4); addresses send no server name. */
function serverNameAgrees(request: IncomingMessage, host: string | undefined): boolean {
  const name = 'servername' in request.socket ? request.socket.servername : undefined
  if (typeof name !== 'string' || name === '') return true
  return host !== undefined && (host === name || host.startsWith(`${name}:`))
}

/** A path with an escape that is none: nothing of it can be routed. */
function unreadable(response: ServerResponse): void {
  const message = 'the address holds a `%` that no two hexadecimal digits follow, or is no UTF-8'
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ code: 'NAME_INVALID', message }] }))
}

function misdirected(response: ServerResponse): void {
  const message =
    'this server does not serve that host name; set WHARDEN_HOST or WHARDEN_ORIGINS to the name clients use'
  response.writeHead(421, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message }] }))
}

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
import { cutStalled } from './cut-stalled.ts'
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
  /** How long a client may leave an answer untaken; default: a minute. */
  readonly stallMilliseconds?: number
  /** Once aborted, every answer ends its connection, so that the next request looks for another server. */
  readonly stopping?: AbortSignal
  /** Called once for every request that ended, however it ended. */
  readonly onEnd: (request: FastifyRequest, response: ServerResponse, milliseconds: number) => void
}

/** @returns an instance that no face has been registered on yet */
export function createHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false, // HEAD has answers of its own, and must not run a GET's work
    genReqId: () => randomBytes(9).toString('base64url'),
    frameworkErrors: (_error, _request, reply) => end(reply.raw, 400, UNREADABLE),
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
    if (options.stopping?.aborted === true) reply.raw.shouldKeepAlive = false
    drainAfter(request.raw, reply.raw)
    cutStalled(request.raw, reply.raw, options.stallMilliseconds ?? 60_000)
    reply.raw.setHeader('x-request-id', request.id)
    const problem = ambiguity(request.raw)
    if (problem !== undefined) {
      end(reply.raw, 400, problem)
      return
    }
    // Probes come by address, and learn nothing: they need no name of ours.
    if (isProbe(request.url)) {
      done()
      return
    }
    const { address, host, secure } = wayOf(request.raw, isTls(request.raw), options.trustedProxies)
    const site = options.sites().find(secure, host)
    if (site === undefined || !serverNameAgrees(request.raw)) {
      end(reply.raw, 421, MISDIRECTED)
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

function isProbe(url: string): boolean {
  return url === '/health/live' || url === '/health/ready'
}

function isTls(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket
}

/**
 * What would let two readers of one request take it for two: another address in the target than in Host (this is no
 * proxy, so nobody needs to send one), or several Hosts (RFC 9112 §3.2).
 */
function ambiguity({ url = '', rawHeaders }: IncomingMessage): string | undefined {
  if (!url.startsWith('/')) return 'the target must be a path: this is no proxy'
  const hosts = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host')
  return hosts.length > 1 ? 'there must be one Host header, and no more' : undefined
}

/**
 * A connection opened for one name must not be used for another (RFC 9110 §7.4); addresses send no server name. What
 * a trusted proxy forwards says nothing of its own connection to us.
 */
function serverNameAgrees({ socket, headers }: IncomingMessage): boolean {
  const name = 'servername' in socket ? socket.servername : undefined
  if (typeof name !== 'string' || name === '') return true
  const host = headers.host?.toLowerCase()
  return host !== undefined && (host === name || host.startsWith(`${name}:`))
}

const MISDIRECTED =
  'this server does not serve that host name; set WHARDEN_HOST or WHARDEN_ORIGINS to the name clients use'

/** A path with an escape that is none: nothing of it can be routed. */
const UNREADABLE = 'the address holds a `%` that no two hexadecimal digits follow, or is no UTF-8'

/** Answers what no face will ever see. */
function end(response: ServerResponse, status: 400 | 421, message: string): void {
  const code = status === 421 ? 'UNSUPPORTED' : 'NAME_INVALID'
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify({ errors: [{ code, message }] }))
}

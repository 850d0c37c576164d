/**
 * What every request goes through before a face sees it: it is named, counted when it ends, bounded in time, and turned away
 * if two readers could take it for two things, or if it calls a host that isn't ours.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cidr } from '@wharden/system'
import type { Logger } from 'pino'
import type { Context } from '../context.ts'
import type { Sites } from '../sites.ts'
import { cutStalled } from './cut-stalled.ts'
import { drainAfter } from './drain.ts'
import { wayOf } from './forwarded.ts'
import { refuse } from './refuse.ts'
import { RequestContext } from './request-context.ts'
import { createRequestIds } from './request-ids.ts'

/** A request that ended, however it ended. */
export type Ended = {
  readonly id: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly milliseconds: number
}

export type AdmissionOptions = {
  readonly log: Logger
  readonly trustedProxies: readonly Cidr[]
  /** The addresses are known only once the listeners have their ports. */
  readonly sites: () => Sites
  readonly clock: () => number
  /** How long a client may leave an answer untaken; default: a minute. */
  readonly stallMilliseconds?: number
  /** Once aborted, every answer ends its connection, so that the next request looks for another server. */
  readonly stopping?: AbortSignal
  readonly onEnd: (ended: Ended) => void
}

export type Admission = {
  /** For those who may call by any name and learn nothing. @returns false if the request was turned away, and answered */
  readonly receive: (request: IncomingMessage, response: ServerResponse) => boolean
  /** @returns undefined if the request was turned away, and answered */
  readonly admit: (request: IncomingMessage, response: ServerResponse) => Context | undefined
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { log, trustedProxies, sites, clock, stallMilliseconds = 60_000, stopping, onEnd } = options
  const nextId = createRequestIds()

  /** @returns its id */
  function begin(request: IncomingMessage, response: ServerResponse): string | undefined {
    const started = performance.now()
    const id = nextId()
    // `finish` doesn't come where the client went away.
    response.once('close', () => onEnd({ id, request, response, milliseconds: performance.now() - started }))
    if (stopping?.aborted === true) response.shouldKeepAlive = false
    drainAfter(request, response)
    cutStalled(request, response, stallMilliseconds)
    response.setHeader('x-request-id', id)
    const problem = ambiguity(request)
    if (problem === undefined) return id
    refuse(response, 400, problem)
    return undefined
  }

  return {
    receive: (request, response) => begin(request, response) !== undefined,
    admit(request, response) {
      const requestId = begin(request, response)
      if (requestId === undefined) return undefined
      const { address, host, secure } = wayOf(request, isTls(request), trustedProxies)
      const site = sites().find(secure, host)
      if (site === undefined || !serverNameAgrees(request)) {
        refuse(response, 421, MISDIRECTED)
        return undefined
      }
      const userAgent = (request.headers['user-agent'] ?? '').slice(0, 256)
      return new RequestContext(response, { requestId, site, address, userAgent, now: clock(), log })
    },
  }
}

function isTls(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket
}

/**
 * What would let two readers of one request take it for two: another address in the target than in Host (this is no
 * proxy, so nobody needs to send one), several Hosts (RFC 9112 §3.2), or a version whose answers have no headers.
 */
function ambiguity({ url = '', rawHeaders, httpVersionMajor }: IncomingMessage): string | undefined {
  if (httpVersionMajor < 1) return 'this is no HTTP/1 request'
  if (!url.startsWith('/')) return 'the target must be a path: this is no proxy'
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts > 1 ? 'there must be one Host header, and no more' : undefined
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

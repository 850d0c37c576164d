import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'

/** Slow clients are cut: headers within 20 s; bodies have their own clocks where they are read (`requestTimeout: 0`). */
const LIMITS = {
  headersTimeout: 20_000,
  // How often Node looks who is over it.
  connectionsCheckingInterval: 5_000,
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 24 * 1024,
  insecureHTTPParser: false,
} as const

export type Listener = {
  readonly port: number
  /** Starts answering. No request can have been read before: call it in the tick `listen` resolved in. */
  readonly answer: (listener: RequestListener) => void
  /** Stops accepting, ends idle connections, and waits for the busy ones up to `graceMilliseconds`. */
  readonly close: (graceMilliseconds: number) => Promise<void>
}

export type ListenOptions = {
  readonly address: string
  /** 0 for any free one. */
  readonly port: number
  /** Present for TLS. Only HTTP/1.1 is offered. */
  readonly tls?: TlsOptions
}

/** @throws the system's own error (`EADDRINUSE`, `EACCES`) with `port` on it, for the caller to explain */
export async function listen({ address, port, tls }: ListenOptions): Promise<Listener> {
  const server: Server =
    tls === undefined
      ? createHttpServer(LIMITS)
      : createHttpsServer({ ...LIMITS, ...tls, ALPNProtocols: ['http/1.1'] })
  server.maxRequestsPerSocket = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, backlog: 1_024 }, resolve)
  })
  // A TCP server listens on an address with a port, never on a pipe.
  const bound = server.address() as AddressInfo
  return {
    port: bound.port,
    answer: (listener) => void server.on('request', listener),
    close: (grace) => closeServer(server, grace),
  }
}

const IDLE_TICK = 100

async function closeServer(server: Server, graceMilliseconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Again and again: a connection whose last answer has just gone out is idle only from then on.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_TICK)
  const timer = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  await closed
  clearInterval(idle)
  clearTimeout(timer)
}
